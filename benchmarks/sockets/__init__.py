"""From a mark's commit to the last of thousands of sockets, beside a bare broadcast of the same bytes."""
