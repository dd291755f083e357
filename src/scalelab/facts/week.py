"""How load is spread over the hours of a week, and how much one day of the year can bring."""

from scalelab.facts.fact import Fact

# Taxi passengers in New York City, an hour: means over 1 July 2014 to 31 January 2015, by day
# (Monday first) and hour of the clock. Computed from the half hours of Numenta,
# "realKnownCause/nyc_taxi.csv" of the Numenta Anomaly Benchmark (MIT licence), from the records of
# the city's Taxi and Limousine Commission.
TAXI_WEEK = (
    (16041, 9500, 6252, 4390, 4746, 7102, 16829, 27938, 33549, 32967, 30266, 30784,
     32300, 32440, 34361, 33663, 29668, 35428, 42380, 42512, 39762, 38395, 34383, 25726),
    (16967, 10056, 6104, 4079, 4063, 6415, 17153, 30629, 37009, 35612, 32622, 32509,
     34102, 33830, 35878, 34057, 27922, 34923, 44467, 46332, 44072, 44621, 40963, 32435),
    (21089, 12545, 7863, 5280, 4845, 6764, 17907, 32371, 38682, 37017, 34144, 34497,
     35658, 35352, 36561, 34667, 28621, 36175, 44948, 48029, 46028, 46692, 44511, 36373),
    (25397, 16265, 10700, 7366, 6243, 7329, 17737, 31308, 37116, 35624, 33375, 33473,
     34902, 34482, 36372, 34078, 27671, 34746, 43757, 47537, 46426, 47207, 45918, 41464),
    (31882, 21187, 13846, 9274, 7314, 7383, 16837, 29430, 35329, 34697, 32650, 33466,
     34513, 34429, 37065, 34460, 28759, 36282, 45546, 49772, 47375, 47220, 49178, 49337),
    (45986, 39576, 32570, 24397, 15625, 7516, 8215, 11971, 18289, 26444, 32382, 37307,
     39881, 40569, 39696, 39914, 34856, 39407, 46103, 49004, 44388, 43966, 47900, 50385),
    (47797, 43187, 35111, 26701, 17013, 7675, 7288, 9423, 14319, 21630, 29813, 34974,
     37989, 37952, 38043, 36108, 33501, 35883, 38622, 36908, 33595, 32074, 29000, 23373),
)  # fmt: skip

# Money, not requests: what people in the United States spent in shops on the web.
ADOBE = (
    'Adobe, "Consumers spent $10.7 billion on Cyber Monday, $109.8 billion so far this holiday '
    'season", 30 November 2021'
)
CYBER_MONDAY = Fact(10.7e9, "USD/day", ADOBE, "2021")
CYBER_MONDAY_PEAK_MINUTE = Fact(
    12e6, "USD/min", ADOBE + ": each minute of its busiest hour", "2021"
)
NOVEMBER_TO_THE_29TH = Fact(109.8e9, "USD", ADOBE, "2021")

# How many came in the four days of the sale, and in its busiest minute; at the edge, 2024.
SHOPIFY = 'Shopify Engineering, "bfcm-readiness-2025", 2025'
SHOPIFY_WEEKEND = Fact(1.19e12, "requests", SHOPIFY, "2024")
SHOPIFY_PEAK_MINUTE = Fact(284e6, "requests/min", SHOPIFY, "2024")
