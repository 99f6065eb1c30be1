"""The extract's files about people and places, and how their columns are written."""

from __future__ import annotations

from contact_hub.customers.rules.columns import file

PEOPLE = (
    file(
        "customers",
        "customers.Customer",
        key="customer_id",
        marks=True,
        columns="""
        customer_id       external_id      text
        type              kind             code:customer
        first_name        first_name       text
        middle_name       middle_name      text
        last_name         last_name        text
        org_name          (name)           text
        preferred_name    preferred_name   text
        dob               birth_keyed      keyed:birth
        tax_id_last4      tax_keyed        keyed:tax
        id_doc_type       document_kind    text
        id_doc_last4      document_keyed   keyed:document
        language          language         language
        relay_pref        relay            text
        format_pref       format           text
        email             (points)         email
        email_verified    (points)         flag
        phone1            (points)         phone
        phone1_type       (points)         code:phone
        phone2            (points)         phone
        mail_line1        (points)         text
        mail_line2        (points)         text
        mail_city         (points)         text
        mail_state        (points)         text
        mail_zip          (points)         text
        mail_returned     (points)         flag
        pin_set           pin_set          flag
        cpni_password_set password_set     flag
        employee_flag     employee         flag
        deceased_date     deceased_on      day
        created_on        since            day
        """,
    ),
    file(
        "contact_consents",
        "customers.Consent",
        key="customer_id channel purpose",
        natural="customer channel purpose",
        columns="""
        customer_id      customer   ref:customers!
        channel          channel    code:channel!
        purpose          purpose    code:purpose!
        status           (status)   code:consent!
        wording_version  wording    text
        captured_at      at         moment
        source           source     text
        """,
    ),
    file(
        "authorized_parties",
        "customers.AuthorisedParty",
        key="customer_id party_id",
        columns="""
        customer_id   customer     ref:customers
        party_id      external_id  text
        name          name         text!
        relation      relation     text
        scope         scope        code:scope
        phone         phone        phone
        email         email        email
        start         starts_on    day
        end           ends_on      day
        document_ref  document     text
        """,
    ),
    file(
        "premises",
        "customers.Premise",
        key="premise_id",
        columns="""
        premise_id           external_id     text
        addr1                street          text!
        addr2                unit            text
        city                 city            text
        state                state           text
        zip                  zip_code        text
        apn                  apn             text
        tract                tract           text
        lot                  lot             text
        cross_street         cross_street    text
        lat                  latitude        number
        lon                  longitude       number
        meter_location_note  meter_location  text
        access_note          access_note     text
        owner_occupied       owner_occupied  flag
        dwelling_type        dwelling        text
        year_built           year_built      whole
        sqft                 square_feet     whole
        master_metered       master_metered  flag
        zone_route           zone            text
        jurisdiction_profile profile         text
        """,
    ),
    file(
        "roles",
        "customers.Role",
        key="customer_id account_id premise_id role start",
        natural="external_id",
        columns="""
        customer_id  customer   ref:customers!
        account_id   account    ref:accounts
        premise_id   premise    ref:premises
        role         kind       code:role!
        start        starts_on  day
        end          ends_on    day
        """,
    ),
    file(
        "flags",
        "customers.Flag",
        key="customer_id account_id premise_id flag_code start",
        natural="external_id",
        columns="""
        customer_id  customer    ref:customers
        account_id   account     ref:accounts
        premise_id   premise     ref:premises
        flag_code    code        code:warning!
        start        starts_on   day
        end          ends_on     day
        source       -           text
        note         note        text
        visibility   leads_only  code:visibility
        """,
    ),
    file(
        "bankruptcies",
        "customers.Bankruptcy",
        key="case_no court",
        total="poc_amount",
        columns="""
        case_no             case_number    text
        court               court          text
        customer_id         customer       ref:customers!
        chapter             chapter        text
        petition_date       filed_on       day!
        order_relief_date   -              day
        converted_from      -              text
        poc_filed_on        -              day
        poc_amount          -              number
        assurance_due       -              day
        assurance_received  -              flag
        discharge_date      discharged_on  day
        dismissal_date      dismissed_on   day
        trustee             trustee        text
        """,
    ),
)
