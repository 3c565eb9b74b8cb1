"""The contract as OpenAPI: made by drf-spectacular, kept beside the code, compared before it may change."""
