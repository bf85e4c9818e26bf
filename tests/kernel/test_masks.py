import pytest

from app.kernel.masks import mask_address, mask_certificate, mask_id, mask_phone, mask_student_number

BOY = "509999201703150012"


def test_every_number_that_holds_an_id_shows_first_and_last_only():
    assert mask_id("509999201703150014") == "5" + "*" * 16 + "4"
    assert mask_student_number("G" + BOY) == "G" + "*" * 17 + "2"
    assert mask_id(None) == "" and mask_id("123") == "***"


@pytest.mark.parametrize("tail", ["44", "71B1"])
def test_category_and_grade_of_a_certificate_are_hidden(tail):
    assert mask_certificate(BOY + tail) == "5" + "*" * 16 + "2" + "*" * len(tail)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13800001234", "138****1234"),
        ("138 0000 1234", "138****1234"),
        ("+86 138-0000-1234", "138****1234"),
        ("023-65123456", "023****3456"),
        ("65123456", "******56"),
        ("123", "***"),
        ("", ""),
        (None, ""),
    ],
)
def test_phone(number, shown):
    assert mask_phone(number) == shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("重庆市忠县白石镇华山村3组12号", "重庆市忠县白石镇华山村***"),
        ("重庆市渝中区大溪沟街道人和街社区5号", "重庆市渝中区大溪沟街道人和街社区***"),
        ("奉节县永乐镇幸福路8号", "奉节县永乐镇***"),
        ("重庆市沙坪坝区天星桥1号", "重庆市沙坪坝区***"),
        ("彭水苗族土家族自治县郁山镇", "彭水苗族土家族自治县郁山镇"),
        ("万州区村里路5号", "万州区***"),
        ("桥头第三家", "***"),
        ("", ""),
        (None, ""),
    ],
)
def test_address_to_the_village(address, shown):
    assert mask_address(address) == shown
