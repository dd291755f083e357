"""The shop of this course in numbers: what one of its requests costs and what its machine is.

Assumptions, all of them, chosen round and alike in every chapter; a shop of your own is to be
measured. A request is the mean over all kinds: of 60 requests of a visit most show a page and a few
change something. Times are those of one vCPU (a hardware thread) or of one disk, with nothing in
the way.
"""

# The busiest hour: 1.2 visits of 60 requests a day for each customer who comes, a tenth of the
# visits in that hour (`scalelab.models.requirement.sizing`).
CUSTOMER_RATE = 1.2 * 60 * 0.1 / 3600  # requests/s for each customer of the day: 0.002
THINK_S = 10.0  # from an answer to the next request of the same visit: ten minutes, 60 requests
WRITE_SHARE = 0.05  # of the requests

# What the processor does for a request, by component.
WEB_MS = 0.5  # encryption, headers, files
APPLICATION_MS = 6.0
JOBS_MS = 0.5  # mails, pictures, reports: work that requests leave behind, divided among all
DATABASE_MS = 3.0  # three queries of a millisecond
# What is left of it for an application machine once the database has one of its own.
MACHINE_MS = WEB_MS + APPLICATION_MS + JOBS_MS
CPU_MS = MACHINE_MS + DATABASE_MS
DISK_MS = 1.0  # of the database's disk

VCPUS = 4  # of one machine
