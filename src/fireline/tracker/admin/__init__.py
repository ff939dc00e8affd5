"""The tracker in Django's admin: issues and events to read, projects and keys to edit. No JavaScript needed."""

from django.contrib import admin

from fireline.tracker.admin.events import EventAdmin
from fireline.tracker.admin.issues import IssueAdmin
from fireline.tracker.admin.projects import ProjectAdmin
from fireline.tracker.admin.set_aside import SetAsideAdmin
from fireline.tracker.models import Event, Issue, Project, SetAside

admin.site.register(Issue, IssueAdmin)
admin.site.register(Event, EventAdmin)
admin.site.register(Project, ProjectAdmin)
admin.site.register(SetAside, SetAsideAdmin)
