"""The extract's files about accounts: what is served, what is billed, what was paid."""

from __future__ import annotations

from contact_hub.customers.rules.columns import file

ACCOUNTS = (
    file(
        "accounts",
        "customers.Account",
        key="account_id",
        total="balance",
        marks=True,
        columns="""
        account_id              number            account
        customer_id             customer          ref:customers!
        line                    line              code:line!
        class                   category          code:class
        status                  status            code:account
        opened_on               opened_on         day
        closed_on               closed_on         day
        bill_cycle              bill_cycle        text
        delivery                delivery          code:delivery
        autopay                 autopay           flag
        autopay_type            autopay_kind      text
        level_pay_amount        level_pay         number
        level_pay_month         -                 whole
        level_pay_deferred      -                 number
        balance                 balance           number
        past_due                past_due          number
        current_due_date        due_on            day
        credit_rating           credit_rating     text
        late_count_12m          late_12m          whole
        nsf_count_12m           returned_12m      whole
        disconnect_count_12m    shut_off_12m      whole
        arrangements_broken_24m broken_24m        whole
        cash_only_until         cash_only_until   day
        collection_stage        collection_stage  text
        agency_code             -                 text
        agency_placed_on        -                 day
        """,
    ),
    file(
        "services",
        "customers.Service",
        key="service_id",
        columns="""
        service_id            external_id        text
        account_id            account            ref:accounts!
        premise_id            premise            ref:premises
        line                  kind               code:service!
        rate_code             rate               text
        start_date            starts_on          day
        stop_date             ends_on            day
        status                status             text
        meter_id              meter              text
        meter_size            meter_size         text
        multiplier            multiplier         number
        baseline_region       baseline_region    text
        medical_units         medical_units      whole
        medical_cert_expires  medical_until      day
        life_support          life_support       flag
        solar_nem             solar              flag
        ev_rate               ev_rate            flag
        remote_disconnect     remote_switch      flag
        sewer_basis           sewer_basis        text
        plan_code             plan               text
        promo_code            promotion          text
        promo_end             promotion_ends_on  day
        critical_facility     critical           flag
        """,
    ),
    file(
        "meters_reads",
        "customers.Reading",
        key="meter_id read_date read_type",
        natural="meter read_on kind",
        columns="""
        meter_id              meter            text!
        read_date             read_on          day!
        read_type             kind             text
        read                  value            number!
        read_code             code             code:reading
        usage                 usage            number
        days                  days             whole
        high_low_flag         doubtful         flag
        continuous_flow_flag  continuous_flow  flag
        reader                -                text
        """,
    ),
    file(
        "bills",
        "customers.Bill",
        key="bill_id",
        total="total_due",
        columns="""
        bill_id          external_id  text
        account_id       account      ref:accounts!
        bill_date        billed_on    day!
        mailed_date      mailed_on    day
        due_date         due_on       day
        period_from      period_from  day
        period_to        period_to    day
        days             days         whole
        usage            usage        number
        uom              unit         text
        current_charges  current      number
        adjustments      adjustments  number
        taxes            taxes        number
        prior_balance    prior        number
        payments         payments     number
        total_due        total        number
        estimated_flag   estimated    flag
        rate_code        rate         text
        doc_ref          document     text
        """,
    ),
    file(
        "bill_lines",
        "customers.BillLine",
        key="bill_id line_no",
        total="amount",
        columns="""
        bill_id      bill         ref:bills
        line_no      position     whole
        code         code         text!
        description  description  text
        quantity     quantity     number
        rate         price        number
        amount       amount       number!
        tier         tier         text
        """,
    ),
    file(
        "payments",
        "customers.Payment",
        key="payment_id",
        total="amount",
        columns="""
        payment_id    external_id   text
        account_id    account       ref:accounts!
        received_on   received_on   day!
        posted_on     posted_on     day
        amount        amount        number!
        method        method        code:method!
        check_no      check_number  text
        reference     reference     text
        batch_id      -             text
        drawer_id     -             text
        status        status        code:payment
        return_code   return_code   text
        reversed_on   reversed_on   day
        fee_assessed  fee           number
        """,
    ),
    file(
        "deposits",
        "customers.Deposit",
        key="deposit_id",
        total="amount",
        columns="""
        deposit_id        external_id       text
        account_id        account           ref:accounts!
        type              kind              code:deposit
        amount            amount            number!
        paid_on           paid_on           day
        interest_method   interest_method   text
        interest_paid_to  interest_paid_to  day
        interest_accrued  interest          number
        review_on         review_on         day
        status            status            code:held
        refunded_on       refunded_on       day
        reason            reason            text
        """,
    ),
    file(
        "arrangements",
        "customers.Arrangement",
        key="arrangement_id",
        total="total",
        columns="""
        arrangement_id  external_id   text
        account_id      account       ref:accounts!
        type            kind          code:arrangement
        created_on      made_on       day
        created_by      made_by       text
        total           total         number
        down_payment    down_payment  number
        n_instalments   -             whole
        status          status        code:kept
        broken_on       broken_on     day
        """,
    ),
    file(
        "arrangement_lines",
        "customers.Instalment",
        key="arrangement_id seq",
        total="amount",
        columns="""
        arrangement_id  arrangement  ref:arrangements
        seq             position     whole
        due_date        due_on       day!
        amount          amount       number!
        paid_amount     paid         number
        paid_on         paid_on      day
        """,
    ),
    file(
        "adjustments",
        "customers.Adjustment",
        key="adjustment_id",
        total="amount",
        columns="""
        adjustment_id  external_id  text
        account_id     account      ref:accounts!
        date           made_on      day!
        code           code         text
        amount         amount       number!
        reason         reason       text
        approved_by    approved_by  text
        """,
    ),
)
