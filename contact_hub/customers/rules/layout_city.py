"""The extract's files about field work, notices, city records, equipment, outages and rates."""

from __future__ import annotations

from contact_hub.customers.rules.columns import file

CITY = (
    file(
        "service_orders",
        "customers.FieldOrder",
        key="order_id",
        columns="""
        order_id       external_id    text
        account_id     account        ref:accounts
        premise_id     -              text
        type           kind           text!
        priority       priority       text
        created_on     made_on        day
        scheduled_for  scheduled_for  day
        window         window         text
        status         status         text
        completed_on   completed_on   day
        result_code    result         text
        tech           -              text
        notes          note           text
        read           -              number
        """,
    ),
    file(
        "notices",
        "customers.Notice",
        key="notice_id",
        columns="""
        notice_id        external_id  text
        account_id       account      ref:accounts!
        type             kind         text!
        mailed_on        mailed_on    day
        method           method       text
        address          address      text
        returned_on      returned_on  day
        cut_on_or_after  cut_from     day
        """,
    ),
    file(
        "disputes",
        "customers.Dispute",
        key="dispute_id",
        total="amount",
        columns="""
        dispute_id  external_id  text
        account_id  account      ref:accounts!
        bill_id     bill         ref:bills
        opened_on   opened_on    day!
        amount      amount       number!
        status      status       text
        decided_on  decided_on   day
        decision    decision     text
        """,
    ),
    file(
        "programs_enrolled",
        "customers.Enrolment",
        key="account_id program_code cycle",
        natural="account program cycle",
        columns="""
        account_id    account      ref:accounts!
        program_code  program      text!
        cycle         cycle        text
        enrolled_on   enrolled_on  day
        verified_on   verified_on  day
        status        status       text
        ended_on      ended_on     day
        end_reason    end_reason   text
        """,
    ),
    file(
        "citations",
        "customers.Citation",
        key="citation_no",
        total="amount_due",
        columns="""
        citation_no           number                text
        issued_at             issued_at             moment!
        plate                 plate                 text
        plate_state           plate_state           text
        vin_last6             vin_last6             text
        make                  make                  text
        color                 colour                text
        violation_code        violation             text
        location              location              text
        officer               officer               text
        base_penalty          penalty               number
        late_penalty          late_penalty          number
        amount_due            amount_due            number
        due_date              due_on                day
        delinquent_mailed_on  -                     day
        stage                 stage                 text
        review_requested_on   review_requested_on   day
        review_result         review_result         text
        result_mailed_on      -                     day
        hearing_requested_on  hearing_requested_on  day
        hearing_on            hearing_on            day
        decision_mailed_on    -                     day
        dmv_hold_on           dmv_hold_on           day
        plan_id               -                     text
        owner_customer_id     customer              ref:customers
        """,
    ),
    file(
        "licenses",
        "customers.Licence",
        key="license_no",
        total="tax",
        columns="""
        license_no    number        text
        customer_id   customer      ref:customers!
        dba           trade_name    text
        type          kind          text
        naics         naics         text
        basis         basis         text
        basis_amount  basis_amount  number
        issued_on     issued_on     day
        expires_on    expires_on    day
        tax           tax           number
        penalty       penalty       number
        status        status        text
        address       address       text
        """,
    ),
    file(
        "ambulance_runs",
        "customers.AmbulanceRun",
        key="run_no",
        total="charge",
        columns="""
        run_no           number           text
        customer_id      customer         ref:customers!
        service_date     served_on        day!
        payer_type       payer            text
        plan_regulated   plan_regulated   code:regulated
        charge           charge           number
        allowed          allowed          number
        insurer_paid     insurer_paid     number
        cost_share       cost_share       number
        patient_owed     owed             number
        first_billed_on  first_billed_on  day
        status           status           text
        """,
    ),
    file(
        "equipment",
        "customers.Equipment",
        key="serial",
        total="charge",
        columns="""
        serial       serial       text
        account_id   account      ref:accounts!
        type         kind         text
        owned        owned        flag
        issued_on    issued_on    day
        returned_on  returned_on  day
        condition    condition    text
        charge       charge       number
        """,
    ),
    file(
        "hydrant_rentals",
        "customers.HydrantRental",
        key="rental_id",
        total="damage_amount",
        columns="""
        rental_id      external_id  text
        account_id     account      ref:accounts!
        meter_serial   meter        text!
        issued_on      issued_on    day
        location       location     text
        start_read     start_read   number
        deposit_id     deposit      ref:deposits
        returned_on    returned_on  day
        end_read       end_read     number
        damage_amount  damage       number
        """,
    ),
    file(
        "outages",
        "customers.Outage",
        key="outage_id",
        columns="""
        outage_id    external_id  text
        line         line         code:line!
        area         area         text
        start        began_at     moment!
        est_restore  restored_by  moment
        cause        cause        text
        status       status       text
        """,
    ),
    file(
        "rates",
        "customers.Tariff",
        key="rate_code effective_from component tier_from",
        natural="rate starts_on component tier_from",
        columns="""
        rate_code       rate           text!
        effective_from  starts_on      day!
        effective_to    ends_on        day
        component       component      text
        tier_from       tier_from      number
        tier_to         tier_to        number
        unit            unit           text
        price           price          number!
        std_days        standard_days  whole
        """,
    ),
)
