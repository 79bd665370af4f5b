"""Settings of the peer: nothing switched on that the one endpoint doesn't need."""

import os

SECRET_KEY = "only-for-the-bench"  # noqa: S105 - signs nothing
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "tests.bench.django_peer.views"
WSGI_APPLICATION = "tests.bench.django_peer.serve.application"
INSTALLED_APPS = ["rest_framework", "tests.bench.django_peer"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]  # it sets content-length
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "postgres",
        "USER": "peer",
        "HOST": "127.0.0.1",
        "PORT": os.environ["PEER_POSTGRESQL_PORT"],
        "CONN_MAX_AGE": None,  # connections stay open
    }
}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "UNAUTHENTICATED_USER": None,
}
