"""Where people live and where regions are.

Populations are those of urban agglomerations, millions, as "The World's Cities in 2018" counts
them, rounded to 0.1; Sydney's is a rounded assumption. The areas stand for the large cities of
their continents, not for all people there. Coordinates, in degrees north and east, are those of
the cities, rounded to 0.1; a region has those of the city or county that it is named after
(Oregon: Boardman), which is good to a few dozen kilometres.
"""

from dataclasses import dataclass

from scalelab.facts.fact import Fact

CITIES_SOURCE = (
    'United Nations, "The World\'s Cities in 2018", as listed in '
    "en.wikipedia.org/wiki/List_of_largest_cities"
)
CITIES_DATE = "2018"

# A third of the sum of the polar and twice the equatorial radius.
EARTH_RADIUS = Fact(
    6371.0088, "km", "IUGG, Geodetic Reference System 1980, mean radius R_1", "1980"
)
FIBRE_SPEED = Fact(
    204.358,
    "km/ms",
    "speed of light over the index of G.652.D fibre, 1.467, pingdo.net/tools/refractive-index",
    "2026",
)


@dataclass(frozen=True)
class Place:
    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Area(Place):
    continent: str
    million: float


CONTINENTS = ("North America", "South America", "Europe", "Africa", "Asia", "Oceania")

AREAS = (
    Area("New York", 40.7, -74.0, "North America", 18.8),
    Area("Los Angeles", 34.1, -118.2, "North America", 12.5),
    Area("Chicago", 41.9, -87.6, "North America", 8.9),
    Area("Miami", 25.8, -80.2, "North America", 6.0),
    Area("Toronto", 43.7, -79.4, "North America", 6.1),
    Area("Mexico City", 19.4, -99.1, "North America", 21.6),
    Area("São Paulo", -23.6, -46.6, "South America", 21.7),
    Area("Buenos Aires", -34.6, -58.4, "South America", 15.0),
    Area("Bogotá", 4.7, -74.1, "South America", 10.6),
    Area("Lima", -12.0, -77.0, "South America", 10.4),
    Area("Santiago", -33.4, -70.7, "South America", 6.7),
    Area("London", 51.5, -0.1, "Europe", 9.0),
    Area("Paris", 48.9, 2.4, "Europe", 10.9),
    Area("Madrid", 40.4, -3.7, "Europe", 6.5),
    Area("Moscow", 55.8, 37.6, "Europe", 12.4),
    Area("Istanbul", 41.0, 29.0, "Europe", 14.8),
    Area("Saint Petersburg", 59.9, 30.3, "Europe", 5.4),
    Area("Cairo", 30.0, 31.2, "Africa", 20.1),
    Area("Lagos", 6.5, 3.4, "Africa", 13.5),
    Area("Kinshasa", -4.3, 15.3, "Africa", 13.2),
    Area("Johannesburg", -26.2, 28.0, "Africa", 5.5),
    Area("Dar es Salaam", -6.8, 39.3, "Africa", 6.0),
    Area("Tokyo", 35.7, 139.7, "Asia", 37.4),
    Area("Osaka", 34.7, 135.5, "Asia", 19.3),
    Area("Seoul", 37.6, 127.0, "Asia", 10.0),
    Area("Beijing", 39.9, 116.4, "Asia", 19.6),
    Area("Shanghai", 31.2, 121.5, "Asia", 25.6),
    Area("Guangzhou", 23.1, 113.3, "Asia", 12.6),
    Area("Chongqing", 29.6, 106.6, "Asia", 14.8),
    Area("Manila", 14.6, 121.0, "Asia", 13.5),
    Area("Jakarta", -6.2, 106.8, "Asia", 10.5),
    Area("Bangkok", 13.8, 100.5, "Asia", 10.2),
    Area("Dhaka", 23.8, 90.4, "Asia", 19.6),
    Area("Kolkata", 22.6, 88.4, "Asia", 14.7),
    Area("Delhi", 28.6, 77.2, "Asia", 28.5),
    Area("Mumbai", 19.1, 72.9, "Asia", 20.0),
    Area("Karachi", 24.9, 67.0, "Asia", 15.4),
    Area("Tehran", 35.7, 51.4, "Asia", 8.9),
    Area("Riyadh", 24.7, 46.7, "Asia", 6.9),
    Area("Sydney", -33.9, 151.2, "Oceania", 4.8),
)

# The ten that there were when their round trips were measured (`facts.latency`), and two more.
REGIONS = (
    Place("Virginia", 39.0, -77.5),
    Place("N. California", 37.4, -122.0),
    Place("Oregon", 45.8, -119.7),
    Place("Ireland", 53.3, -6.3),
    Place("Frankfurt", 50.1, 8.7),
    Place("Tokyo", 35.7, 139.7),
    Place("Seoul", 37.6, 127.0),
    Place("Singapore", 1.3, 103.8),
    Place("Sydney", -33.9, 151.2),
    Place("São Paulo", -23.6, -46.6),
    Place("Mumbai", 19.1, 72.9),
    Place("Cape Town", -33.9, 18.4),
)
