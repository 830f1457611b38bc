"""Templates of names: what a person asked for, whatever the sender wrote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.errors import UsageError
from headrace.transform.filenames import clean_name
from headrace.transform.name_templates import DEFAULT, FIELDS, Named, NameTemplate

DAY = 1_706_745_599  # 2024-01-31 23:59:59 UTC
PHOTO = Named(channel="tinymill", date=DAY, id=123, name="", ext="jpg", kind="photo")
REPORT = PHOTO._replace(name="Report 7.pdf", ext="pdf", kind="file")


@pytest.mark.parametrize(
    ("template", "named", "wanted"),
    [
        (DEFAULT, REPORT, "tinymill/2024-01-31_123_Report 7.pdf"),
        (DEFAULT, PHOTO, "tinymill/2024-01-31_123.jpg"),
        ("{kind}/{date} {time} {name}", REPORT, "file/2024-01-31 23-59-59 Report 7.pdf"),
        ("{name}.{ext}", PHOTO, "123.jpg"),
        ("{name}", PHOTO._replace(ext=""), "_"),
        ("{id}", PHOTO._replace(ext=""), "123"),
        ("all/{id}", PHOTO, "all/123.jpg"),
        # The content has the last word on the extension; the sender's stays readable.
        ("{name}.{ext}", PHOTO._replace(name="picture.png"), "picture.png.jpg"),
        ("{name}", PHOTO._replace(name="IMG.JPG"), "IMG.jpg"),
        (DEFAULT, PHOTO._replace(channel="../a/b"), "_a_b/2024-01-31_123.jpg"),
        ("{channel}/{id}", PHOTO._replace(channel=""), "channel/123.jpg"),
        ("{name}", PHOTO._replace(name="../../x.jpg"), "_.._x.jpg"),
        ("{{{id}}}", PHOTO, "{123}.jpg"),
    ],
)
def test_a_path_by_a_template(template, named, wanted):
    assert NameTemplate(template).path(named) == wanted


@pytest.mark.parametrize(
    "template",
    ["", "/{id}", "{id}/", "../{id}", "a/../{id}", "a//b", ". /b", "{nothing}", "{}", "{id",
     "{id!r}", "{id:>9}", "{id.real}", "{name[0]}"],
)  # fmt: skip
def test_a_template_that_cannot_work_is_refused_with_its_fields(template):
    with pytest.raises(UsageError, match="does not work") as caught:
        NameTemplate(template)
    assert all(f"{{{name}}}" in caught.value.hint for name in FIELDS)


templates = st.lists(
    st.sampled_from([*(f"{{{name}}}" for name in FIELDS), "/", "_", ".", " ", "a", "{{", ".."]),
    min_size=1,
    max_size=8,
).map("".join)
names = st.builds(
    Named,
    channel=st.text(max_size=60),
    date=st.integers(-(2**63), 2**63),
    id=st.integers(),
    name=st.text(max_size=250),
    ext=st.sampled_from(["jpg", "mp4", ""]),
    kind=st.sampled_from(["photo", "video"]),
)


@given(templates, names)
def test_any_template_stays_in_its_folder(template, named):
    try:
        made = NameTemplate(template)
    except UsageError:
        return
    path = made.path(named)
    assert path == made.path(named)
    assert path.count("/") == template.count("/")
    assert all(clean_name(segment, fallback="") == segment for segment in path.split("/"))
    assert path.endswith(f".{named.ext}" if named.ext else "")
