"""The seller of Egypt's e-receipt, as the tax authority has it registered."""

import environ


def e_receipt_from(env: environ.Env) -> dict[str, str]:
    """What stands in each receipt's e-receipt about who sells."""
    return {
        "portal": env("E_RECEIPT_PORTAL", default="https://invoicing.eta.gov.eg"),
        "rin": env("E_RECEIPT_RIN", default=""),
        "trade_name": env("E_RECEIPT_TRADE_NAME", default="واحة الرضوان"),
        "branch_code": env("E_RECEIPT_BRANCH_CODE", default="0"),
        "governorate": env("E_RECEIPT_GOVERNORATE", default=""),
        "city": env("E_RECEIPT_CITY", default=""),
        "street": env("E_RECEIPT_STREET", default=""),
        "building": env("E_RECEIPT_BUILDING", default=""),
        "device_serial": env("E_RECEIPT_DEVICE_SERIAL", default=""),
        "activity_code": env("E_RECEIPT_ACTIVITY_CODE", default="8549"),
        "item_type": env("E_RECEIPT_ITEM_TYPE", default="EGS"),
        "item_code": env("E_RECEIPT_ITEM_CODE", default=""),
    }
