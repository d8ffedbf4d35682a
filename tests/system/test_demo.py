"""The demo is a promise: it plays to its end in both languages, and shows what it says it shows."""
import os
import subprocess

import pytest

from centre import TOP

SHOWN = {
    "en": ("LAGGING: School No. 3 — Consultations for parents", "OVERDUE: School No. 4 — report for October 2020",
           "the period has been closed since 2020-11-30", "School No. 3 — Consultations for parents: back on track",
           "Because of a correction for October 2020: it was 146, it is 180", "LAGGING: Education Department of Bogotol — Delivery of laptops",
           "Behind: School No. 3.", "SILENT: School No. 4", "silent 35 d"),
    "ru": ("ОТСТАЁТ: МБОУ СОШ № 3 — Консультации родителям", "ПРОСРОЧЕНО: МБОУ СОШ № 4 — сведения за октябрь 2020",
           "период закрыт с 30.11.2020", "МБОУ СОШ № 3 — Консультации родителям: снова в графике",
           "Из-за исправления за октябрь 2020: было 146, стало 180", "ОТСТАЁТ: Управление образования г. Боготола — Поставка ноутбуков",
           "Отстают: МБОУ СОШ № 3.", "МОЛЧИТ: МБОУ СОШ № 4", "молчит 35 дн."),
}


@pytest.mark.parametrize("lang", sorted(SHOWN))
def test_the_demo_plays_the_autumn(lang):
    done = subprocess.run([os.path.join(TOP, "examples/bogotol/demo")], text=True, timeout=180, env={**os.environ, "DEMO_LANG": lang},
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    for words in SHOWN[lang]:
        assert words in done.stdout, words
