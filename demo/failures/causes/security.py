"""What somebody tries: no cause of ours, the address or a header does it."""

from failures.failure import Button, Group, address

address(
    "suspicious-path",
    "Looking for a way in",
    group=Group.SECURITY,
    status=404,
    code="NOT_FOUND",
    client="an ordinary 404",
    operator="security.log: suspicious_path",
    path="/wp-login.php",
    api_path="/wp-login.php",
)
address(
    "admin-area",
    "The admin pages, without being one",
    group=Group.SECURITY,
    status=302,
    code="",
    client="the login of the admin pages",
    operator="security.log: admin_access, unless a member of the staff is signed in",
    path="/admin/customers/customer/",
    api_path="/admin/customers/customer/",
)
address(
    "foreign-host",
    "Another site's name",
    group=Group.SECURITY,
    status=400,
    code="BAD_REQUEST",
    client="a bad request",
    operator="security.log: disallowed_host",
    button=Button.NONE,
    api_path="/api/customers/",
    curl="-H 'Host: evil.example'",
)
address(
    "no-user-agent",
    "A client without a name",
    group=Group.SECURITY,
    status=200,
    code="",
    client="the answer: nobody is blocked",
    operator="security.log: missing_user_agent",
    button=Button.NONE,
    api_path="/api/customers/",
    curl="-A ''",
)
