"""Seal with a key from here on, and pin where each chain stood when the key came."""

from django.db import migrations, models
from django.utils import timezone

from audit import seals
from audit.append_only import AppendOnly

_REGISTER = "chains"


def adopt(apps, schema_editor):
    """Name every chain in the register as it stands, and seal its head."""
    chains, entries = apps.get_model("audit", "AuditChain"), apps.get_model("audit", "AuditEntry")
    now, seq, digest, previous = timezone.now(), 0, "", None
    heads = list(chains.objects.filter(seq__gt=0).exclude(scope=_REGISTER).order_by("pk"))
    hub, _ = chains.objects.get_or_create(scope=_REGISTER)
    for head in heads:
        first = entries.objects.filter(scope=head.scope).order_by("seq").first()
        last = entries.objects.filter(scope=head.scope).order_by("seq").last()
        detail = {
            "chain": head.pk,
            "first": first.digest if first else "",
            "adopted": [head.seq, head.digest],
        }
        content = seals.Content(
            edition=seals.KEYED, scope=_REGISTER, seq=seq + 1, at=now, actor_id=None,
            action="chain.registered", subject=head.scope, detail=detail,
            previous_digest=digest, previous_id=previous,
        )  # fmt: skip
        seq, digest = seq + 1, seals.seal(content.words())
        previous = entries.objects.create(
            scope=_REGISTER, seq=seq, at=now, action="chain.registered", subject=head.scope,
            detail=detail, previous_digest=content.previous_digest, digest=digest,
            edition=seals.KEYED,
        ).pk  # fmt: skip
        head.entry_id, head.is_registered = last.pk if last else None, True
        _seal(head)
    hub.seq, hub.digest, hub.entry_id, hub.is_registered = seq, digest, previous, True
    if seq:
        _seal(hub)
    else:
        hub.delete()


def _seal(head):
    content = seals.Head(
        head.pk, head.scope, head.seq, head.digest, head.entry_id, head.is_registered
    )
    head.seal = seals.seal(content.words())
    head.save()


class Migration(migrations.Migration):
    """Add the columns; SQLite makes the table anew, so its triggers are put on again."""

    dependencies = [("audit", "0003_kept_requests")]
    operations = [
        migrations.AddField("auditchain", "entry_id", models.BigIntegerField(null=True)),
        migrations.AddField("auditchain", "is_registered", models.BooleanField(default=False)),
        migrations.AddField("auditchain", "seal", models.CharField(default="", max_length=64)),
        migrations.AddField("auditentry", "edition", models.PositiveSmallIntegerField(default=1)),
        migrations.AddIndex(
            "auditentry", models.Index(fields=["subject", "at"], name="audit_by_subject")
        ),
        migrations.AddIndex("auditentry", models.Index(fields=["at"], name="audit_by_time")),
        AppendOnly("audit_auditentry"),
        migrations.RunPython(adopt, migrations.RunPython.noop),
    ]
