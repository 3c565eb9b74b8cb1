"""The public site's pages; facts about courses are never typed here."""

from .centre import CentreSettings
from .courses import CourseIndexPage, CoursePage
from .documents import SiteDocument
from .home import HomePage
from .news import ArticlePage, NewsIndexPage
from .people import InstructorIndexPage, InstructorPage
from .pictures import SitePicture, SiteRendition
from .plain import ContactPage, PlainPage
from .snippets import Question, Testimonial

__all__ = [
    "ArticlePage",
    "CentreSettings",
    "ContactPage",
    "CourseIndexPage",
    "CoursePage",
    "HomePage",
    "InstructorIndexPage",
    "InstructorPage",
    "NewsIndexPage",
    "PlainPage",
    "Question",
    "SiteDocument",
    "SitePicture",
    "SiteRendition",
    "Testimonial",
]
