/* workbook: the template as a workbook in which only what is to be filled in can be changed. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

#include "base/decimal.h"
#include "school/texts.h"
#include "template/template.h"

enum { MOST_DIGITS = DECIMAL_MAX_SCALE, HEAD_FONT = 11 };

/* What a cell looks like: by its kind, and an amount by its digits. */
struct formats {
    lxw_format *head, *given, *words, *number;
    lxw_format *amount[MOST_DIGITS + 1];
};

struct writing {
    const struct template *t;
    lxw_workbook *book;
    lxw_worksheet *sheet;
    struct formats formats;
};

static lxw_format *make_format(lxw_workbook *book, const char *number, bool locked)
{
    lxw_format *f = workbook_add_format(book);
    if (f == NULL)
        return NULL;
    if (number != NULL)
        format_set_num_format(f, number);
    if (!locked) {
        format_set_unlocked(f);
        format_set_bg_color(f, 0xFFF8DC);
        format_set_border(f, LXW_BORDER_HAIR);
    }
    return f;
}

/* "#,##0.00": the fraction as long as the amounts of its row. */
static lxw_format *make_amount(lxw_workbook *book, int digits)
{
    char number[32] = "#,##0";
    if (digits > 0)
        snprintf(number, sizeof number, "#,##0.%.*s", digits, "000000");
    return make_format(book, number, true);
}

static bool make_formats(struct writing *w)
{
    struct formats *f = &w->formats;
    bool done = true;
    f->head = make_format(w->book, NULL, true);
    f->given = make_format(w->book, "@", true);
    f->words = make_format(w->book, "@", false);
    f->number =
        make_format(w->book, NULL, false); /* General: shown digit for digit, as it was typed */
    for (int d = 0; d <= MOST_DIGITS; d++) {
        f->amount[d] = make_amount(w->book, d);
        done = done && f->amount[d] != NULL;
    }
    done = done && f->head != NULL && f->given != NULL && f->words != NULL && f->number != NULL;
    if (done) {
        format_set_bold(f->head);
        format_set_text_wrap(f->head);
        format_set_bg_color(f->head, 0xDDE6F0);
        format_set_border(f->head, LXW_BORDER_THIN);
    }
    return done;
}

static lxw_format *format_of(const struct writing *w, size_t row, size_t column)
{
    switch (template_kind(w->t, column)) {
    case TEMPLATE_NUMBER:
        return w->formats.number;
    case TEMPLATE_WORDS:
        return w->formats.words;
    case TEMPLATE_AMOUNT:
        return w->formats.amount[template_digits(w->t, row)];
    case TEMPLATE_GIVEN:
        break;
    }
    return w->formats.given;
}

/* Strings are written as strings, so no name becomes a formula.  An amount that a double would not hold is written as text. */
static lxw_error put_cell(const struct writing *w, size_t row, size_t column)
{
    enum { EXACT_DIGITS = 15 };
    char text[TEMPLATE_TEXT_MAX];
    lxw_format *format = format_of(w, row, column);
    lxw_row_t r = (lxw_row_t)(row + 1);
    lxw_col_t c = (lxw_col_t)column;
    template_cell(w->t, row, column, text);
    if (*text == '\0')
        return worksheet_write_blank(w->sheet, r, c, format);
    if (template_kind(w->t, column) == TEMPLATE_AMOUNT && strlen(text) <= EXACT_DIGITS)
        return worksheet_write_number(w->sheet, r, c, strtod(text, NULL), format);
    return worksheet_write_string(w->sheet, r, c, text, format);
}

static lxw_error put_heads(const struct writing *w)
{
    lxw_error error = LXW_NO_ERROR;
    for (size_t c = 0; c < template_columns(w->t) && error == LXW_NO_ERROR; c++) {
        lxw_col_t column = (lxw_col_t)c;
        error = worksheet_set_column(w->sheet, column, column, template_width(w->t, c), NULL);
        if (error == LXW_NO_ERROR)
            error = worksheet_write_string(w->sheet, 0, column, template_title(w->t, c),
                                           w->formats.head);
    }
    return error;
}

/* A drop-down of the words that may stand in the place of a number; any number may be typed, too. */
static lxw_error offer_words(const struct writing *w, size_t column)
{
    static const enum say offered[] = {SAY_WORD_NO_DATA, SAY_WORD_NOT_APPLICABLE, SAY_WORD_DONE,
                                       SAY_WORD_IN_PROGRESS, SAY_WORD_NOT_DONE};
    enum { OFFERED = sizeof offered / sizeof *offered };
    const enum lang lang = template_lang(w->t);
    char *words[OFFERED + 1] = {NULL}; /* the library takes no const, and copies */
    for (size_t i = 0; i < OFFERED; i++)
        words[i] = (char *)say(offered[i], lang);
    lxw_data_validation offer = {
        .validate = LXW_VALIDATION_TYPE_LIST,
        .value_list = words,
        .ignore_blank = LXW_VALIDATION_ON,
        .show_input = LXW_VALIDATION_ON,
        .input_title = (char *)say(SAY_TEMPLATE_HINT_TITLE, lang),
        .input_message = (char *)say(SAY_TEMPLATE_HINT, lang),
        .show_error = LXW_VALIDATION_OFF, /* 187/450 is neither a word of the list nor a number */
    };
    return worksheet_data_validation_range(
        w->sheet, 1, (lxw_col_t)column, (lxw_row_t)template_rows(w->t), (lxw_col_t)column, &offer);
}

static lxw_error put_rows(const struct writing *w)
{
    lxw_error error = LXW_NO_ERROR;
    for (size_t r = 0; r < template_rows(w->t); r++)
        for (size_t c = 0; c < template_columns(w->t) && error == LXW_NO_ERROR; c++)
            error = put_cell(w, r, c);
    for (size_t c = 0; c < template_columns(w->t) && template_rows(w->t) > 0; c++)
        if (template_kind(w->t, c) == TEMPLATE_NUMBER && error == LXW_NO_ERROR)
            error = offer_words(w, c);
    return error;
}

static void protect(const struct writing *w)
{
    lxw_protection may = {.format_columns = LXW_TRUE,
                          .format_rows = LXW_TRUE,
                          .sort = LXW_TRUE,
                          .autofilter = LXW_TRUE};
    worksheet_freeze_panes(w->sheet, 1, 0);
    worksheet_protect(w->sheet, NULL,
                      &may); /* without a password: against slips, not against people */
    worksheet_repeat_rows(w->sheet, 0, 0);
    worksheet_set_landscape(w->sheet);
    worksheet_fit_to_pages(w->sheet, 1, 0);
}

bool template_workbook(const struct template *t, const char *path)
{
    struct writing w = {.t = t, .book = workbook_new(path)};
    lxw_error error = LXW_ERROR_MEMORY_MALLOC_FAILED;
    if (w.book == NULL)
        return false;
    w.sheet = workbook_add_worksheet(w.book, say(SAY_TEMPLATE_SHEET, template_lang(t)));
    if (w.sheet != NULL && make_formats(&w))
        error = put_heads(&w);
    if (error == LXW_NO_ERROR)
        error = put_rows(&w);
    if (error == LXW_NO_ERROR)
        protect(&w);
    errno = 0;
    lxw_error closed = workbook_close(w.book); /* frees it in any case */
    if (error == LXW_NO_ERROR && closed == LXW_NO_ERROR)
        return true;
    errno = errno != 0 ? errno : closed == LXW_NO_ERROR ? ENOMEM : EIO;
    return false;
}
