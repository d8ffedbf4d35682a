/* part_sample: two pages of a part, as a centre tells them. */
#ifndef VEKHA_TESTS_PART_SAMPLE_H
#define VEKHA_TESTS_PART_SAMPLE_H

static const char *head[] = {
    "centre\t2018\t2024",
    "agent\t2",
    "project\t1\tfamilies\tСемья\t\\N",
    "indicator\t7\tconsultations\tКонсультации\tConsultations\tfamilies\tflow\tup\tшт.\t\\N\ttrue\t"
    "year_to_date\t1\t\\N",
    "indicator\t8\tcoverage\tОхват\t\\N\tfamilies\tshare\tup\t%\t\\N\ttrue\tyear_to_date\t1\t\\N",
    "weather\tof a newer centre",
};

static const char *body[] = {
    "organisation\t2\tschool-2\tШкола № 2\t\\N\tschool\t1\t25200\t\\N\t\\N",
    "series\t2\t7\ttrue",
    "plan\t12\t1\tприказ\t2020-01-01\t2020-12-31\tlinear\t\\N\t\\N\t\\N\t200\t\\N\t\\N\t\\N\t\\N\t"
    "false\t2020-01-01",
    "figure\t2020009\t2020-09-30\tvalue\t150\t\\N\t\\N\t\\N",
    "series\t2\t8\tfalse",
    "figure\t2020009\t2020-09-30\tvalue\t30\t60\t\\N\t\\N",
};

#endif
