"""What an editor can put into a page, block by block. Facts of a course are not among them: they show themselves."""

from collections.abc import Sequence
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock

from .frame import with_readable

FEW_WORDS: Final = ["bold", "italic", "link", "ul", "ol"]
FULL_TEXT: Final = [*FEW_WORDS, "h2", "h3", "hr", "document-link"]
BODY_HELP: Final = _("Press + to add text, a picture, a video and more, and pull them into the order you want.")
VIDEO_HOSTS: Final = {
    "youtube.com": "YouTube",
    "youtu.be": "YouTube",
    "vimeo.com": "Vimeo",
    "facebook.com": "Facebook",
    "fb.watch": "Facebook",
}


class PictureBlock(ImageChooserBlock):
    """A picture; what it is shown as is read for all pictures of this kind of block at once."""

    def __init__(self, *args: Any, shape: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shape = shape

    def bulk_to_python(self, values: Sequence[Any]) -> list[Any]:
        """Pictures in the order of their keys, with what they are shown as; one query once all were shown before."""
        from .models.pictures import pictures_in

        found = pictures_in(set(values), self.shape)
        new = self.model_class.objects.in_bulk(set(values) - found.keys()) if set(values) - found.keys() else {}
        return [(found | new).get(key) for key in values]


class InstructorsBlock(blocks.PageChooserBlock):
    """Pages of instructors, with the person behind each; one query."""

    def bulk_to_python(self, values: Sequence[Any]) -> list[Any]:
        """Pages in the order of their keys; each knows whether it may be told of."""
        rows = with_readable(self.model_class.objects.select_related("instructor__user"))
        found = rows.in_bulk(values)
        return [found.get(key) for key in values]


class VideoBlock(blocks.StructBlock):
    """A film that lies with somebody else: a link, opened only when the visitor wants to, and told whose site it is."""

    title = blocks.CharBlock(label=_("title"), max_length=120, help_text=_("What is to be seen in it."))
    address = blocks.URLBlock(label=_("address of the video"), help_text=_("On YouTube, Vimeo or Facebook."))
    picture = PictureBlock(
        label=_("picture in front"), shape="wide", required=False, help_text=_("Shown until somebody opens the video.")
    )

    class Meta:
        icon = "media"
        label = _("video (link)")
        template = "cms/blocks/video.html"

    def clean(self, value: Any) -> Any:
        """Only the sites whose names we can tell the visitor."""
        cleaned = super().clean(value)
        if host_of(cleaned["address"]) is None:
            sentence = _("Only addresses of YouTube, Vimeo or Facebook.")
            raise blocks.StructBlockValidationError({"address": ValidationError(sentence)})
        return cleaned

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """With the name of the other site."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        context["host"] = host_of(value["address"]) or ""
        return context


def host_of(address: str) -> str | None:
    """The name of the site where a video lies, or None for one we don't know."""
    if not address.startswith("https://"):
        return None
    host = address.removeprefix("https://").partition("/")[0].lower()
    return next((name for known, name in VIDEO_HOSTS.items() if host == known or host.endswith(f".{known}")), None)


class CaptionedPictureBlock(blocks.StructBlock):
    """One picture with a line under it."""

    picture = PictureBlock(
        label=_("picture"), shape="whole", help_text=_("Its alternative text is read out to who can't see it.")
    )
    caption = blocks.CharBlock(
        label=_("caption"), max_length=160, required=False, help_text=_("A line under the picture. May stay empty.")
    )

    class Meta:
        icon = "image"
        label = _("picture")
        template = "cms/blocks/picture.html"


class QuoteBlock(blocks.StructBlock):
    """A sentence set apart."""

    words = blocks.TextBlock(label=_("words"), rows=3, help_text=_("A sentence or two, without quotation marks."))
    source = blocks.CharBlock(label=_("who says so"), max_length=120, required=False, help_text=_("May stay empty."))

    class Meta:
        icon = "openquote"
        label = _("quote")
        template = "cms/blocks/quote.html"


class PointsBlock(blocks.StructBlock):
    """Two to six short reasons beside each other."""

    heading = blocks.CharBlock(label=_("heading"), max_length=80, help_text=_("For example: why with us?"))
    points = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("title", blocks.CharBlock(label=_("title"), max_length=60, help_text=_("Two or three words."))),
                ("words", blocks.TextBlock(label=_("words"), rows=2, max_length=220, help_text=_("One sentence."))),
            ]
        ),
        label=_("points"),
        min_num=2,
        max_num=6,
    )

    class Meta:
        icon = "list-ul"
        label = _("points")
        template = "cms/blocks/points.html"


_CHOSEN: Final = _("Chosen from those that are written under “Snippets”.")


def _many(
    name: str, each: blocks.Block, label: Promise, icon: str, help_text: Promise, least: int = 1, most: int = 24
) -> tuple[str, blocks.Block]:
    """A list of things that are chosen one by one, shown by the template of its name."""
    template = f"cms/blocks/{name}.html"
    made = blocks.ListBlock(
        each, label=label, icon=icon, help_text=help_text, min_num=least, max_num=most, template=template
    )
    return name, made


def body_blocks(*more: tuple[str, blocks.Block]) -> list[tuple[str, blocks.Block]]:
    """What every page's body may hold, and what this kind of page may hold besides."""
    return [
        ("text", blocks.RichTextBlock(label=_("text"), features=FULL_TEXT, template="cms/blocks/text.html")),
        ("picture", CaptionedPictureBlock()),
        _many("gallery", PictureBlock(shape="card"), _("gallery"), "image", _("Two to 24 pictures."), 2, 24),
        ("video", VideoBlock()),
        _many("questions", SnippetChooserBlock("cms.Question"), _("questions and answers"), "help", _CHOSEN),
        ("quote", QuoteBlock()),
        _many("testimonials", SnippetChooserBlock("cms.Testimonial"), _("testimonials"), "openquote", _CHOSEN),
        ("points", PointsBlock()),
        _many(
            "instructors",
            InstructorsBlock(page_type="cms.InstructorPage"),
            _("instructors"),
            "user",
            _("Those who have a page on the site."),
        ),
        _many(
            "downloads",
            DocumentChooserBlock(),
            _("downloads"),
            "download",
            _("Files that visitors may take with them."),
        ),
        *more,
    ]


def schedule_block() -> tuple[str, blocks.Block]:
    """The course's weekly hours where the editor wants them; nothing to be typed."""
    return "schedule", blocks.StaticBlock(
        label=_("weekly hours"),
        icon="calendar-alt",
        admin_text=_("Shows the course's hours as they are when the page is opened."),
        template="cms/blocks/schedule.html",
    )
