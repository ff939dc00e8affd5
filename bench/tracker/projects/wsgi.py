"""What gunicorn serves; DJANGO_SETTINGS_MODULE says which project."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
