"""The names of papers' fields for people. Fields themselves carry the standard English terms of ``resources/kinds``."""

from app.domain.policy import Words

_NAMES = {
    "account": ("账号", "Account"), "address": ("住址", "Address"), "amount": ("金额（小写）", "Amount"),
    "amount_words": ("金额（大写）", "Amount in words"), "authority": ("签发机关", "Issued by"), "bank": ("银行", "Bank"),
    "beneficiary": ("第一受益人", "First beneficiary"), "birth": ("出生日期", "Born"), "brand": ("品牌", "Brand"),
    "buyer": ("购买方", "Buyer"), "buyer_id": ("购买方证件号", "Buyer's number"),
    "certificate_number": ("合格证号", "Certificate number"), "code": ("发票代码", "Invoice code"),
    "company_code": ("统一社会信用代码", "Credit code"), "date": ("日期", "Date"),
    "down_payment": ("首付款", "Down payment"), "employer": ("工作单位", "Employer"),
    "engine_number": ("发动机号", "Engine number"), "established": ("成立日期", "Established"),
    "first_issue": ("初次领证日期", "First issued"), "from": ("起始日期", "From"), "fuel": ("燃料种类", "Fuel"),
    "curb_mass": ("整备质量（千克）", "Curb mass (kg)"), "expires": ("卡片有效期", "Card expires"),
    "file_number": ("档案编号", "File number"), "gross_mass": ("总质量（千克）", "Gross mass (kg)"),
    "inspection_until": ("检验有效期至", "Inspection valid to"), "issued": ("发证日期", "Issued"),
    "seats": ("核定载人数", "Seats"),
    "holder": ("持证人", "Holder"), "husband": ("男方姓名", "Husband"), "husband_id": ("男方证件号", "Husband's ID number"),
    "id_number": ("身份证号", "ID number"), "insured": ("被保险人", "Insured"),
    "legal_representative": ("法定代表人", "Legal representative"), "maker": ("制造企业", "Maker"),
    "manufactured": ("制造日期", "Manufactured"), "mileage": ("里程", "Mileage"), "model": ("型号", "Model"),
    "monthly_income": ("月收入", "Monthly income"), "mortgage_released": ("解除抵押日期", "Mortgage released"),
    "mortgagee": ("抵押权人", "Mortgagee"), "name": ("姓名或名称", "Name"), "nation": ("民族", "Nation"),
    "nationality": ("国籍", "Nationality"), "net": ("不含税价", "Net price"), "number": ("号码", "Number"),
    "owner": ("所有人", "Owner"), "payee": ("收款人", "Payee"), "payer": ("付款人", "Payer"), "plate": ("车牌号", "Plate"),
    "position": ("职务", "Position"), "premium": ("保险费", "Premium"), "price": ("成交价", "Price"),
    "registered": ("注册日期", "Registered"), "seller": ("卖方", "Seller"), "seller_code": ("卖方税号", "Seller's tax number"),
    "sex": ("性别", "Sex"), "tax": ("税额", "Tax"), "tax_rate": ("税率", "Tax rate"), "to": ("截止日期", "To"),
    "total": ("价税合计（小写）", "Total"), "total_words": ("价税合计（大写）", "Total in words"), "use": ("使用性质", "Use"),
    "valid_from": ("有效期自", "Valid from"), "valid_to": ("有效期至", "Valid to"),
    "vehicle_class": ("准驾车型", "Class"), "vehicle_type": ("车辆类型", "Vehicle type"), "vin": ("车架号", "VIN"),
    "buyer_address": ("买方住址", "Buyer's address"), "buyer_code": ("购买方税号", "Buyer's tax number"),
    "buyer_phone": ("买方电话", "Buyer's phone"), "capital": ("注册资本", "Capital"), "colour": ("颜色", "Colour"),
    "damage": ("车损险保额（元）", "Damage insured (yuan)"),
    "education": ("文化程度", "Education"), "employer_phone": ("单位电话", "Employer's phone"),
    "engine_model": ("发动机型号", "Engine model"), 
    "incomes": ("工资入账（元）", "Wages received (yuan)"), "insurer": ("保险人", "Insurer"),
    "liability": ("三者险保额（元）", "Liability insured (yuan)"), "machine_number": ("机器编号", "Machine number"),
    "made": ("制造年月", "Made"), "marital": ("婚姻状况", "Marital status"), "market": ("二手车市场", "Market"),
    "market_address": ("市场地址", "Market's address"), "market_bank": ("市场开户银行、账号", "Market's bank account"),
    "market_code": ("市场税号", "Market's tax number"), "market_phone": ("市场电话", "Market's phone"),
    "monthly_income_words": ("月收入（大写）", "Monthly income in words"),
    "mortgage_date": ("抵押登记日期", "Mortgaged"), "origin": ("产地", "Origin"),
    "owner_id": ("所有人证件号", "Owner's number"), "payee_account": ("收款账号", "Payee's account"),
    "payer_account": ("付款账号", "Payer's account"), "premium_words": ("保险费（大写）", "Premium in words"),
    "price_words": ("成交价（大写）", "Price in words"), "purpose": ("用途", "Purpose"),
    "registration_number": ("登记证号", "Registration number"), "relation": ("与户主关系", "Relation"),
    "seller_account": ("卖方账号", "Seller's account"),
    "seller_address": ("卖方地址", "Seller's address"), "seller_bank": ("卖方开户银行", "Seller's bank"),
    "seller_id": ("卖方证件号", "Seller's number"), "seller_phone": ("卖方电话", "Seller's phone"),
    "tax_office": ("主管税务机关", "Tax office"), "transfer_to": ("转入地车管所", "Transferred to"),
    "type": ("类型", "Type"), "vehicle_name": ("车辆名称", "Vehicle name"),
    "wife": ("女方姓名", "Wife"), "wife_id": ("女方证件号", "Wife's ID number"),
}


def field_name(field: str) -> Words:
    """The field's name in both languages; one without an entry is shown by its term."""
    zh, en = _NAMES.get(field, (field, field.replace("_", " ").capitalize()))
    return Words(zh=zh, en=en)
