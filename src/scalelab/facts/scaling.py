"""Throughput that was measured at several sizes of one system, smallest first.

Each is (size, throughput, size, throughput, ...), as a kernel takes it.
"""

# Ray-geometry intersections against processors: a ray-tracing benchmark (BRL-CAD) on an SGI Origin
# 2000 with 64 R12000 processors. N. J. Gunther, "Guerrilla Capacity Planning", Springer, 2007; data
# set "raytracer" of the R package usl 3.0.3 (2022).
RAY_TRACER = (
    1.0, 20.0, 4.0, 78.0, 8.0, 130.0, 12.0, 170.0, 16.0, 190.0, 20.0, 200.0,
    24.0, 210.0, 28.0, 230.0, 32.0, 260.0, 48.0, 280.0, 64.0, 310.0,
)  # fmt: skip

# Scripts an hour against simulated users: SPEC SDM91 on a Sun SPARCcenter 2000 with 16 processors,
# October 1994. As above; data set "specsdm91".
SPEC_SDM91 = (
    1.0, 64.9, 18.0, 995.9, 36.0, 1652.4, 72.0, 1853.2, 108.0, 1828.9, 144.0, 1775.0, 216.0, 1702.2,
)  # fmt: skip

# Queries a second against threads: a MySQL server by Cisco. B. Schwartz, "Practical Scalability
# Analysis with the Universal Scalability Law", VividCortex, 2015; the figures as the tests of the
# library usl4j (C. Hale) have them.
CISCO_MYSQL = (
    1.0, 955.16, 2.0, 1878.91, 3.0, 2688.01, 4.0, 3548.68, 5.0, 4315.54, 6.0, 5130.43,
    7.0, 5931.37, 8.0, 6531.08, 9.0, 7219.8, 10.0, 7867.61, 11.0, 8278.71, 12.0, 8646.7,
    13.0, 9047.84, 14.0, 9426.55, 15.0, 9645.37, 16.0, 9897.24, 17.0, 10097.6, 18.0, 10240.5,
    19.0, 10532.39, 20.0, 10798.52, 21.0, 11151.43, 22.0, 11518.63, 23.0, 11806.0, 24.0, 12089.37,
    25.0, 12075.41, 26.0, 12177.29, 27.0, 12211.41, 28.0, 12158.93, 29.0, 12155.27, 30.0, 12118.04,
    31.0, 12140.4, 32.0, 12074.39,
)  # fmt: skip

# Measured nowhere: the law with sigma = kappa = 0.02, to four decimals, from the tests of the R
# package usl 3.0.3.
THE_LAW_ITSELF = (
    1.0, 1.0, 2.0, 1.8868, 4.0, 3.0769, 6.0, 3.5294, 8.0, 3.5398, 10.0, 3.3557,
)  # fmt: skip
