"""The pictures of people: which are kept how, and the links by which they are seen."""

from backoffice.shared.files import link_to

from .models import Child, CustomUser, Instructor


def child_photo_link(child: Child, *, viewer: CustomUser) -> str:
    """The path of a child's photo for somebody who may see the child (the caller asked), good for some minutes.

    Nothing where there is no photo. Costs no query.
    """
    return link_to(child.photo, viewer_id=viewer.pk)


def instructor_image_link(instructor: Instructor) -> str:
    """The address of an instructor's picture, which is public: the site shows who teaches. Nothing without one."""
    return instructor.image.url if instructor.image else ""
