"""The shop's cluster: it is read, it works for the shop's load, and it says why."""

from scalelab.kernels import shop
from scalelab.models.infrastructure.manifest import fields, read
from scalelab.models.load_balancing.zones import RATE_PER_S
from scalelab.samples.cluster import FILE

TEXT = FILE.read_text()


def test_it_is_enough_for_the_shop() -> None:
    """Twenty workers, as the chapter on load balancing has them, at the autoscaler's target."""
    declared = read(TEXT)
    assert declared.autoscaler is not None
    vcpus = declared.replicas * declared.cpu_request_millicores / 1000
    assert RATE_PER_S * shop.MACHINE_MS / 1000 / vcpus == declared.autoscaler.target
    assert declared.autoscaler.least < declared.replicas < declared.autoscaler.most


def test_a_deploy_and_an_upgrade_leave_enough() -> None:
    declared = read(TEXT)
    assert declared.unavailable == 0
    assert declared.surge > 0
    assert declared.disruptions is not None
    busy = RATE_PER_S * shop.MACHINE_MS / 1000 / (declared.replicas - declared.disruptions)
    assert busy < 0.8


def test_requests_in_work_have_time_to_end() -> None:
    path = (
        "Deployment/shop/spec/template/spec/containers[application]/lifecycle/preStop/sleep/seconds"
    )
    assert fields(TEXT)[path] < read(TEXT).grace_s


def test_its_image_has_a_version() -> None:
    assert all(":" in image and not image.endswith(":latest") for image in read(TEXT).images)


def test_it_is_for_reading() -> None:
    lines = TEXT.splitlines()
    assert all(len(line) <= 100 for line in lines)
    assert sum("#" in line for line in lines) >= 15
    assert all(thing.count("name: shop\n") for thing in TEXT.split("---\n"))
