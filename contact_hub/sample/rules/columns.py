"""The files of a billing system's extract: their columns, keys and main column of money."""

from __future__ import annotations

_COLUMNS = """
customers: customer_id type first_name middle_name last_name org_name preferred_name dob
    tax_id_last4 id_doc_type id_doc_last4 language relay_pref format_pref email email_verified
    phone1 phone1_type phone2 mail_line1 mail_line2 mail_city mail_state mail_zip mail_returned
    pin_set cpni_password_set employee_flag deceased_date created_on op
contact_consents: customer_id channel purpose status wording_version captured_at source
authorized_parties: customer_id party_id name relation scope phone email start end document_ref
accounts: account_id customer_id line class status opened_on closed_on bill_cycle delivery autopay
    autopay_type level_pay_amount level_pay_month level_pay_deferred balance past_due
    current_due_date credit_rating late_count_12m nsf_count_12m disconnect_count_12m
    arrangements_broken_24m cash_only_until collection_stage agency_code agency_placed_on op
premises: premise_id addr1 addr2 city state zip apn tract lot cross_street lat lon
    meter_location_note access_note owner_occupied dwelling_type year_built sqft master_metered
    zone_route jurisdiction_profile
roles: customer_id account_id premise_id role start end
services: service_id account_id premise_id line rate_code start_date stop_date status meter_id
    meter_size multiplier baseline_region medical_units medical_cert_expires life_support solar_nem
    ev_rate remote_disconnect sewer_basis plan_code promo_code promo_end critical_facility
meters_reads: meter_id read_date read_type read read_code usage days high_low_flag
    continuous_flow_flag reader
bills: bill_id account_id bill_date mailed_date due_date period_from period_to days usage uom
    current_charges adjustments taxes prior_balance payments total_due estimated_flag rate_code
    doc_ref
bill_lines: bill_id line_no code description quantity rate amount tier
payments: payment_id account_id received_on posted_on amount method check_no reference batch_id
    drawer_id status return_code reversed_on fee_assessed
deposits: deposit_id account_id type amount paid_on interest_method interest_paid_to
    interest_accrued review_on status refunded_on reason
arrangements: arrangement_id account_id type created_on created_by total down_payment
    n_instalments status broken_on
arrangement_lines: arrangement_id seq due_date amount paid_amount paid_on
adjustments: adjustment_id account_id date code amount reason approved_by
service_orders: order_id account_id premise_id type priority created_on scheduled_for window status
    completed_on result_code tech notes read
notices: notice_id account_id type mailed_on method address returned_on cut_on_or_after
disputes: dispute_id account_id bill_id opened_on amount status decided_on decision
bankruptcies: case_no court customer_id chapter petition_date order_relief_date converted_from
    poc_filed_on poc_amount assurance_due assurance_received discharge_date dismissal_date trustee
flags: customer_id account_id premise_id flag_code start end source note visibility
programs_enrolled: account_id program_code cycle enrolled_on verified_on status ended_on end_reason
citations: citation_no issued_at plate plate_state vin_last6 make color violation_code location
    officer base_penalty late_penalty amount_due due_date delinquent_mailed_on stage
    review_requested_on review_result result_mailed_on hearing_requested_on hearing_on
    decision_mailed_on dmv_hold_on plan_id owner_customer_id
licenses: license_no customer_id dba type naics basis basis_amount issued_on expires_on tax penalty
    status address
ambulance_runs: run_no customer_id service_date payer_type plan_regulated charge allowed
    insurer_paid cost_share patient_owed first_billed_on status
equipment: serial account_id type owned issued_on returned_on condition charge
hydrant_rentals: rental_id account_id meter_serial issued_on location start_read deposit_id
    returned_on end_read damage_amount
outages: outage_id line area start est_restore cause status
rates: rate_code effective_from effective_to component tier_from tier_to unit price std_days
"""

COLUMNS: dict[str, tuple[str, ...]] = {}
for _block in _COLUMNS.strip().replace("\n    ", " ").splitlines():
    _name, _, _words = _block.partition(":")
    COLUMNS[_name] = tuple(_words.split())

KEYS: dict[str, tuple[str, ...]] = {  # where it is more than the first column
    "contact_consents": ("customer_id", "channel", "purpose"),
    "authorized_parties": ("customer_id", "party_id"),
    "roles": ("customer_id", "account_id", "premise_id", "role", "start"),
    "meters_reads": ("meter_id", "read_date", "read_type"),
    "bill_lines": ("bill_id", "line_no"),
    "arrangement_lines": ("arrangement_id", "seq"),
    "bankruptcies": ("case_no", "court"),
    "flags": ("customer_id", "account_id", "premise_id", "flag_code", "start"),
    "programs_enrolled": ("account_id", "program_code", "cycle"),
    "rates": ("rate_code", "effective_from", "component", "tier_from"),
}

MONEY: dict[str, str] = {  # the column whose sum is the file's control total
    "accounts": "balance",
    "bills": "total_due",
    "bill_lines": "amount",
    "payments": "amount",
    "deposits": "amount",
    "arrangements": "total",
    "arrangement_lines": "amount",
    "adjustments": "amount",
    "disputes": "amount",
    "bankruptcies": "poc_amount",
    "citations": "amount_due",
    "licenses": "tax",
    "ambulance_runs": "charge",
    "equipment": "charge",
    "hydrant_rentals": "damage_amount",
}


def key_of(file: str) -> tuple[str, ...]:
    """The columns that name a row of this file."""
    return KEYS.get(file, COLUMNS[file][:1])
