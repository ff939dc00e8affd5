"""One of several processes that send the same messages; it prints what became of each."""

import json
import sys

import django
from django.core.management import call_command


def main() -> None:
    django.setup()
    if sys.argv[1:] == ["migrate"]:
        call_command("migrate", verbosity=0)
        return
    from fireline.communication import CommunicationManager, Contact, Message

    manager = CommunicationManager()
    contact = Contact(phone="+49 30 23125 014")
    results = [
        manager.send(
            contact,
            Message(text=f"message {number}"),
            channels=["whatsapp"],
            key=f"key-{number}",
        )
        for number in range(10)
    ]
    names = ("is_repeat", "is_under_way", "is_accepted")
    json.dump([{name: getattr(result, name) for name in names} for result in results], sys.stdout)


if __name__ == "__main__":
    main()
