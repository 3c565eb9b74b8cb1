"""What the pages of attendance that are no table's have in common."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def require(request: HttpRequest, permission: str) -> None:
    """A 403 for whoever doesn't hold the permission (`app.codename`)."""
    if not request.user.has_perm(permission):
        raise PermissionDenied


def page(
    request: HttpRequest, template: str, context: dict[str, Any], *, title: Any, status: int = 200
) -> HttpResponse:
    """A page in the admin's frame; asked with `?part`, its `<template>_part.html` alone, which replaces the old one."""
    if "part" in request.GET:
        return render(request, f"admin/attendance/{template}_part.html", context, status=status)
    frame = {**admin.site.each_context(request), "title": title, "part": f"admin/attendance/{template}_part.html"}
    return render(request, f"admin/attendance/{template}.html", frame | context, status=status)
