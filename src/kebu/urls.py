"""All addresses: the API, sign-in, and for everything else the page that finds its own way."""

from django.urls import include, path, re_path

from kebu.api import api
from kebu.spa.page import page

urlpatterns = [
    path("api/", api.urls),
    path("_allauth/", include("kebu.accounts.signin")),
    re_path(r"^(?!(?:api|_allauth|static)(?:/|$))", page, name="page"),
]
handler400 = "kebu.edge.bad_request"
handler403 = "kebu.edge.forbidden"
handler404 = "kebu.edge.missing"
handler500 = "kebu.edge.failed"
