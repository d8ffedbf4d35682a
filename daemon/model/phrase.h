/* phrase: every text of an explanation, message by language, with named places such as {fact}.
 *
 * Only the texts and the filling of their places; which ones are said is explain's matter. */
#ifndef VEKHA_MODEL_PHRASE_H
#define VEKHA_MODEL_PHRASE_H

#include "base/lang.h"
#include "base/str.h"
#include "model/series.h"

/* X(place): what a text may name in braces. */
#define PHRASE_PLACES(X)                                                                           \
    X(organisation), X(indicator), X(date), X(fact), X(plan), X(gap), X(until), X(needed),         \
        X(pace), X(target), X(base), X(base_on), X(starts), X(ends), X(gone), X(span), X(way),     \
        X(exact_fact), X(exact_plan), X(exact_base), X(progress), X(attainment), X(forecast),      \
        X(spread), X(status), X(reason), X(previous), X(r_on), X(r_risk), X(outlook), X(material), \
        X(early), X(all), X(one), X(plan_version), X(basis), X(rules), X(rules_version), X(due),   \
        X(done_on), X(expected), X(days), X(late_days), X(waiting), X(hole), X(share),             \
        X(term_gone), X(term_all), X(term_days), X(fact_high), X(below), X(list), X(done),         \
        X(all_below), X(near), X(awaited), X(period), X(other_period), X(value), X(other),         \
        X(other_name), X(more)

#define PHRASE_PLACE(name) PLACE_##name
enum place { PHRASE_PLACES(PHRASE_PLACE), PLACE_COUNT };
#undef PHRASE_PLACE

enum { PHRASE_FIELD_MAX = 96 };

/* What stands in the places; long texts are borrowed, short ones are in `own`. */
struct fields {
    const char *text[PLACE_COUNT]; /* NULL: empty */
    char own[PLACE_COUNT][PHRASE_FIELD_MAX];
    char indicator[SERIES_NAME_MAX]; /* as it stands inside a sentence */
};

enum phrase {
    PHRASE_HEAD_FLOW,
    PHRASE_HEAD_LEVEL,
    PHRASE_HEAD_DOWN,
    PHRASE_HEAD_NOT_STARTED,
    PHRASE_HEAD_NO_PLAN,
    PHRASE_HEAD_NOTHING,
    PHRASE_HEAD_NOTHING_BELOW,
    PHRASE_HEAD_NOT_APPLICABLE,
    PHRASE_HEAD_MILESTONE,
    PHRASE_HEAD_MILESTONES_BELOW,
    PHRASE_HEAD_BOUNDS,
    PHRASE_HEAD_UNCOUNTABLE,
    PHRASE_SHORT,
    PHRASE_EVEN,
    PHRASE_AHEAD,
    PHRASE_OVER,
    PHRASE_UNDER,
    PHRASE_PACE,
    PHRASE_PACE_DOWN,
    PHRASE_STOP,
    PHRASE_OUTLOOK_LOW, /* the four in the order of the words for P */
    PHRASE_OUTLOOK_OPEN,
    PHRASE_OUTLOOK_LIKELY,
    PHRASE_OUTLOOK_SURE,
    PHRASE_FULFILLED,
    PHRASE_FAILED,
    PHRASE_PLAN_YEAR,
    PHRASE_PLAN_SPAN,
    PHRASE_PLAN_LEVEL,
    PHRASE_PLAN_SUM,
    PHRASE_LINEAR_FLOW,
    PHRASE_LINEAR_LEVEL,
    PHRASE_POINTS,
    PHRASE_SEASON_FLOW,
    PHRASE_SEASON_LEVEL,
    PHRASE_TERMS_FLOW,
    PHRASE_TERMS_LEVEL,
    PHRASE_PROGRESS_FLOW,
    PHRASE_PROGRESS_DOWN,
    PHRASE_PROGRESS_LEVEL,
    PHRASE_FORECAST,
    PHRASE_NO_FORECAST,
    PHRASE_STATUS,
    PHRASE_R_ON,
    PHRASE_R_RISK,
    PHRASE_R_LOW,
    PHRASE_WITH_OUTLOOK,
    PHRASE_WITHOUT_OUTLOOK,
    PHRASE_WHY_TARGET_MET,
    PHRASE_WHY_TARGET_MISSED,
    PHRASE_WHY_CAP_BROKEN,
    PHRASE_WHY_NEAR_START,
    PHRASE_WHY_AHEAD,
    PHRASE_WHY_TOO_EARLY,
    PHRASE_WHY_IMMATERIAL,
    PHRASE_WHY_SMALL_NUMBERS,
    PHRASE_WHY_HYSTERESIS,
    PHRASE_DUE_UNKNOWN,
    PHRASE_DUE_DAY,
    PHRASE_DUE_LATEST,
    PHRASE_DUE_EVENT,
    PHRASE_STATE_NONE,
    PHRASE_STATE_NOT_DONE,
    PHRASE_STATE_IN_PROGRESS,
    PHRASE_STATE_DONE,
    PHRASE_STATE_QUANTITY,
    PHRASE_STATE_EXPECTED,
    PHRASE_MILESTONE_DONE,
    PHRASE_MILESTONE_DONE_LATE,
    PHRASE_MILESTONE_AHEAD,
    PHRASE_MILESTONE_LATE,
    PHRASE_MILESTONE_EXPECTED_LATE,
    PHRASE_MILESTONE_TOO_FEW,
    PHRASE_MILESTONE_UNDATED,
    PHRASE_EVENT_UNCONFIRMED,
    PHRASE_PREDECESSOR,
    PHRASE_MILESTONE_RULE,
    PHRASE_OWES_REMINDER, /* what an organisation owes */
    PHRASE_OWES_OVERDUE,
    PHRASE_OWES_SILENT,
    PHRASE_OWES_LATER,
    PHRASE_OWES_NO_MORE,
    PHRASE_OWES_NOTHING,
    PHRASE_OWES_ITEM,
    PHRASE_OWES_MORE,
    PHRASE_REPORT_IN, /* how a series stands with its report */
    PHRASE_REPORT_DUE,
    PHRASE_REPORT_OVERDUE,
    PHRASE_REPORT_SILENT,
    PHRASE_WAITING,
    PHRASE_SUM,
    PHRASE_SUM_MISSING,
    PHRASE_SUM_CONTRIBUTORS,
    PHRASE_SUM_LATE,
    PHRASE_CHECK_PARTS, /* the five in the order of enum contradiction_kind */
    PHRASE_CHECK_CUT,
    PHRASE_CHECK_PAST,
    PHRASE_CHECK_LIMIT,
    PHRASE_CHECK_SUM,
    PHRASE_CHECK_MORE,
    PHRASE_ATTAINMENT,
    PHRASE_VERSIONS,
    PHRASE_VERSIONS_SUM,
    PHRASE_RULES,
    PHRASE_COUNT,
};

/* Appends a text with its places filled. */
void phrase_add(struct str *out, enum phrase p, enum lang lang, const struct fields *fields);

/* The text as written, for tests. */
const char *phrase_text(enum phrase p, enum lang lang);

/* The place named by len bytes; PLACE_COUNT if there is none of that name. */
enum place phrase_place(const char *name, size_t len);

#endif
