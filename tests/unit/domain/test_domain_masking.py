from app.domain.masking import mask_bank_card, mask_id, mask_name, mask_phone


def test_names():
    shown = [mask_name(n) for n in ("王明明", "赵敏", "欧阳小明", "阿不都·热合曼", "𠮷", "")]
    assert shown == ["王*明", "赵*", "欧**明", "阿*****曼", "*", ""]
    assert mask_name("南京顺达物流", company=True) == "南京顺达物流"


def test_numbers():
    assert mask_id("320102199003071234") == "3201**********1234"
    assert mask_phone("13812345678") == "138****5678"
    assert mask_bank_card("6217 0012 3456 789 3391") == "6217 **** 3391"


def test_a_number_too_short_to_mask_is_hidden_wholly():
    assert (mask_id("12345678"), mask_phone("1234567"), mask_bank_card("12345678")) == ("*" * 8, "*" * 7, "*" * 8)
