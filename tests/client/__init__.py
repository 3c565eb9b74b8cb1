"""A client that no one here wrote: generated from the API's schema, in TypeScript, by packages of npm."""
