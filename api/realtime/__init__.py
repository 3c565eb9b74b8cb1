"""What happens in the centre, to whoever may be told, as it happens: `/ws/attendance/` (docs/sockets.md)."""
