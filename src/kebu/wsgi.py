"""The WSGI application that `kebu serve` hands to its server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kebu.settings")
application = get_wsgi_application()
