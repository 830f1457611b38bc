# ruff: noqa: E501, RUF001 -- a sentence a line; in two languages
"""Captions of pictures and texts of other channels, in English and Russian."""

from __future__ import annotations

CAPTIONS_EN = (
    "The mill at {time}.",
    "From the footbridge, looking up.",
    "The same bend, {few} weeks later.",
    "Light after rain.",
    "The pond before anybody was awake.",
    "View from the loft window.",
    "{level} m, seen from the left bank.",
    "What I got up for.",
    "Evening, no wind.",
    "The hills on {weekday}.",
    "A postcard, if anybody still wrote them.",
    "The long view, with the wheel at work.",
)

ALBUM_CAPTIONS_EN = (
    "Four looks at the same valley, one for each hour I had nothing else to do.",
    "From the weir down to the ford in four pictures.",
    "The week in pictures; the sound you must imagine.",
    "Somebody asked what it looks like here. Like this.",
    "{weekday} in four pictures.",
    "The {few} best of this week, and one that I simply like.",
    "Same river, four moods, {level} m all the time.",
    "Walked the whole race from the intake to the wheel, camera in the flour bag.",
)

REPOSTS_EN = (
    "River service: the level at the town bridge is {level} m, tendency {trend}. No warning is in force.",
    "The ferry at the lower village runs again from {weekday}, first crossing at {time}.",
    "Market on {weekday}: honey, cheese, seedlings, and the knife grinder has promised to come.",
    "The road over the pass is closed from {time} for {few} days while the culvert is rebuilt.",
    "Lecture in the town hall on {weekday}: water rights in the valley after {year}.",
    "Bird count along the river: {n} species, among them {few} pairs of the {bird}.",
    "The society of old mills looks for a wooden bolter, complete or in parts.",
    "Forecast for the valley: {n} mm by {weekday}, wind from the west.",
)

CAPTIONS_RU = (
    "Мельница в {time}.",
    "С мостика, вверх по течению.",
    "Та же излучина, {few} недели спустя.",
    "Свет после дождя.",
    "Пруд, пока все спят.",
    "Вид из чердачного окна.",
    "{level} м, вид с левого берега.",
    "Ради этого и встал.",
    "Вечер без ветра.",
    "Горы {weekday}.",
    "Открытка, если бы их ещё писали.",
    "Дальний вид, колесо в работе.",
)

ALBUM_CAPTIONS_RU = (
    "Одна долина и четыре взгляда на неё, по одному на каждый свободный час.",
    "От плотины до брода в четырёх снимках.",
    "Неделя в картинках; звук придётся вообразить.",
    "Спрашивали, как у нас тут. Вот так.",
    "Что видно с плотины, если не спешить.",
    "Четыре снимка, между первым и последним {n} часов.",
    "Одна река, четыре настроения, {level} м всё время.",
    "Прошёл весь лоток от водозабора до колеса, камера в мешке из-под муки.",
)

REPOSTS_RU = (
    "Речная служба: у городского моста {level} м, тенденция: {trend}. Предупреждений нет.",
    "Паром у нижней деревни снова ходит, {weekday} первый рейс в {time}.",
    "{weekday_cap} ярмарка: мёд, сыр, рассада, обещал быть точильщик.",
    "Дорога через перевал закрыта с {time} на {few} дня, меняют трубу.",
    "Лекция в управе {weekday}: права на воду в долине после {year} года.",
    "Учёт птиц вдоль реки: {n} видов, из редких {bird}.",
    "Общество старых мельниц ищет деревянный бурат, целиком или частями.",
    "Прогноз по долине: до {n} мм осадков, ветер западный.",
)
