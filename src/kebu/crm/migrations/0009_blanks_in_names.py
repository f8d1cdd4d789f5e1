from typing import Any, ClassVar

from django.db import migrations

from kebu.core.text import sort_key

_TITLES = {"customer": "name", "contact": "name", "deal": "title", "activity": "text", "task": "subject"}
_LENGTH = 80  # as titles were and are compared
_AT_ONCE = 1000


def drop_blanks(apps: Any, schema_editor: Any) -> None:
    """Make the keys that titles sort and are found by anew where a blank stands between two Chinese characters: it no
    longer counts, so that 示例 公司 is found where 示例公司 is looked for."""
    for name, title in _TITLES.items():
        model = apps.get_model("crm", name)
        rows = model._base_manager.using(schema_editor.connection.alias)
        # In the order of the table: by the index of the keys each row would be fetched from somewhere else.
        held = rows.filter(title_key__contains="  ").order_by("id").values_list("id", title, "title_key")
        made = ((pk, sort_key(text[:_LENGTH]), key) for pk, text, key in held.iterator(_AT_ONCE))
        changed = [model(id=pk, title_key=new) for pk, new, key in made if new != key]
        rows.bulk_update(changed, ["title_key"], batch_size=_AT_ONCE)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("crm", "0008_tasks")]

    operations: ClassVar = [migrations.RunPython(drop_blanks, migrations.RunPython.noop)]
