"""Extracts of a billing system, small enough to read, for the tests of the import."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import zipfile
from decimal import Decimal, InvalidOperation

from contact_hub.customers.rules.layout import FILES

AT = "2026-03-02T04:00:00-06:00"
CUSTOMERS = [
    {
        "customer_id": "C1",
        "type": "P",
        "first_name": "Rosa",
        "last_name": "Delgado",
        "dob": "1980-02-03",
        "tax_id_last4": "1234",
        "language": "es",
        "email": "Rosa@Cust.test",
        "email_verified": "Y",
        "phone1": "(312) 555-0147",
        "phone1_type": "M",
        "mail_line1": "12 Alder Way",
        "mail_city": "Alder Creek",
        "mail_state": "IL",
        "mail_zip": "60601",
        "created_on": "2019-05-01",
    },
    {
        "customer_id": "C2",
        "type": "O",
        "org_name": "Kessler & Sons, Ltd.",
        "phone1": "312-555-0147",
        "created_on": "2020-01-01",
    },
]
PREMISES = [
    {
        "premise_id": "P1",
        "addr1": "12 Alder Way",
        "city": "Alder Creek",
        "state": "IL",
        "zip": "60601",
        "owner_occupied": "Y",
        "sqft": "1400",
    },
    {"premise_id": "P2", "addr1": "3 Mill Road", "city": "Alder Creek", "state": "IL"},
]
ACCOUNTS = [
    {
        "account_id": "44-1022-7931",
        "customer_id": "C1",
        "line": "E",
        "class": "RES",
        "status": "active",
        "opened_on": "2019-05-01",
        "autopay": "N",
        "delivery": "paper",
        "balance": "80.10",
        "past_due": "0.00",
        "agency_code": "AG7",
    },
    {
        "account_id": "5510000012",
        "customer_id": "C2",
        "line": "W",
        "class": "COM",
        "status": "active",
        "balance": "12.00",
        "past_due": "0.00",
    },
]
SERVICES = [
    {
        "service_id": "S1",
        "account_id": "4410227931",
        "premise_id": "P1",
        "line": "E",
        "rate_code": "R-1",
        "start_date": "2019-05-01",
        "status": "active",
        "meter_id": "M-1",
        "ev_rate": "N",
    },
    {
        "service_id": "S2",
        "account_id": "5510000012",
        "premise_id": "P2",
        "line": "W",
        "rate_code": "W-1",
        "start_date": "2020-01-01",
        "meter_id": "M-2",
    },
]
BILLS = [
    {
        "bill_id": f"B{month:02d}",
        "account_id": "4410227931",
        "bill_date": f"2026-{month:02d}-05",
        "due_date": f"2026-{month:02d}-25",
        "period_from": f"2026-{month:02d}-01",
        "period_to": f"2026-{month:02d}-28",
        "days": "28",
        "usage": "412.5",
        "uom": "kWh",
        "current_charges": "70.00",
        "adjustments": "0.00",
        "taxes": "10.10",
        "total_due": "80.10",
        "estimated_flag": "N",
    }
    for month in (1, 2)
]
BILL_LINES = [
    {"bill_id": bill, "line_no": line, "code": code, "amount": amount}
    for bill in ("B01", "B02")
    for line, code, amount in (("1", "energy", "70.00"), ("2", "tax", "10.10"))
]
PAYMENTS = [
    {
        "payment_id": "Y1",
        "account_id": "4410227931",
        "received_on": "2026-01-20",
        "amount": "80.10",
        "method": "card",
        "status": "posted",
    }
]
CONSENTS = [
    {
        "customer_id": "C1",
        "channel": "email",
        "purpose": "service",
        "status": "granted",
        "captured_at": "2024-01-01T00:00:00+00:00",
        "source": "web form",
    }
]
FLAGS = [
    {
        "account_id": "4410227931",
        "flag_code": "medical",
        "start": "2025-01-01",
        "visibility": "all",
    }
]
ROLES = [{"customer_id": "C2", "account_id": "4410227931", "role": "co_holder"}]
EVERYTHING = {
    "bill_lines": BILL_LINES,
    "bills": BILLS,
    "payments": PAYMENTS,
    "flags": FLAGS,
    "roles": ROLES,
    "services": SERVICES,
    "accounts": ACCOUNTS,
    "contact_consents": CONSENTS,
    "premises": PREMISES,
    "customers": CUSTOMERS,
}


def sheet(name, rows):
    """A file's text: the layout's columns, and those of the rows besides."""
    columns = [*FILES[name].by_name, *({"op": 0} if name in {"customers", "accounts"} else {})]
    columns += [key for row in rows for key in row if key not in columns]
    text = io.StringIO()
    writer = csv.DictWriter(text, dict.fromkeys(columns), restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def total(name, rows):
    column = FILES[name].total
    return str(sum((amount(row.get(column)) for row in rows), Decimal(0))) if column else None


def amount(text):
    try:
        return Decimal(text or 0)
    except InvalidOperation:
        return Decimal(0)  # what is no number adds nothing


def extract(folder, files, *, at=AT, kind="full", number="X1", packed="", sheets=None, **changes):
    """Write an extract and return its folder.

    files    rows by file; sheets: text by file, instead
    packed   "gz", "zip" or "archive": all in one
    changes  of what the manifest says, by file
    """
    folder.mkdir(parents=True, exist_ok=True)
    texts = {name: sheet(name, rows) for name, rows in files.items()} | (sheets or {})
    told = {}
    for name, text in texts.items():
        content = text.encode("utf-8", "surrogateescape")
        path = folder / f"{name}.csv"
        if packed == "gz":
            path = folder / f"{name}.csv.gz"
            path.write_bytes(gzip.compress(content))
        elif packed == "zip":
            path = folder / f"{name}.csv.zip"
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr(f"{name}.csv", content)
        else:
            path.write_bytes(content)
        told[path.name] = {
            "rows": len(files.get(name, [])) or text.count("\n") - 1,
            "sha256": hashlib.sha256(content).hexdigest(),
            "total": total(name, files.get(name, [])) if name in files else None,
        } | changes.get(name, {})
    manifest = {"extract_id": number, "extracted_at": at, "kind": kind, "files": told}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    if packed != "archive":
        return folder
    with zipfile.ZipFile(folder.with_suffix(".zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        for path in folder.iterdir():
            archive.write(path, f"{folder.name}/{path.name}")
    return folder.with_suffix(".zip")


def everything_stored():
    """What the tables hold, row for row."""
    from contact_hub.customers import models

    names = ("Account", "Bill", "BillLine", "Consent", "Customer", "Flag", "FormerFact")
    names += ("Payment", "Point", "Role", "Service")
    return [list(getattr(models, name).objects.order_by("pk").values()) for name in names]
