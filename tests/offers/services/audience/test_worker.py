"""A real worker, woken by beat, counts the audiences whose count is requested."""

import pytest
from django.utils.timezone import now

from offers.models import Audience, AudienceCount, Customer, CustomerAttribute
from offers.services.audience.count import request_counts
from offers.services.audience.members import unpack_members
from tests.support.servers import Crew, wait_until


@pytest.mark.worker
@pytest.mark.xdist_group("worker")
def test_worker__requested_count__stores_who_is_in_the_audience(crew: Crew) -> None:
    CustomerAttribute.objects.create(code="skin", name_en="Skin", type="text")
    member = Customer.objects.create(external_id="in", attributes={"skin": "dry"})
    Customer.objects.create(external_id="out", attributes={"skin": "oily"})
    dry = {"type": "attribute", "op": "is", "name": "skin", "values": ["dry"]}
    tree = {"version": 1, "match": "all", "nodes": [dry]}
    Audience.objects.create(code="dry", name_en="Dry skin", conditions=tree)
    request_counts(audiences=Audience.objects.all(), at=now())
    worker = crew.worker()

    crew.send("offers.tasks.count_audiences")

    wait_until(lambda: AudienceCount.objects.get().counted_at is not None, otherwise=worker.log)
    count = AudienceCount.objects.get()
    assert (count.size, count.requested_at) == (1, None)
    assert unpack_members(bytes(count.members)).tolist() == [member.pk]
