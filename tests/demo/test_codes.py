"""The CRM's catalogue of codes."""


def test_own_code_is_listed(crm):
    """It is registered where the app starts, as the docs say: no page has to be asked for first."""
    assert "CREDIT_LIMIT_REACHED" in crm.command("fireline_codes").stdout
