/* prose: half of a report is words, and they are read in the order in which a report tells them. */
#include "prose.h"

#include <string.h>

#include "terminal.h"

static const char *const labels[NARRATIVE_TEXTS][LANG_COUNT] = {
    [NARRATIVE_TEXT] = {"", ""},
    [NARRATIVE_CAUSE] = {"Cause: ", "Причина: "},
    [NARRATIVE_MEASURE] = {"Measure: ", "Мера: "},
    [NARRATIVE_NEXT_STEP] = {"Next: ", "Далее: "},
    [NARRATIVE_ANSWERABLE] = {"Answerable: ", "Ответственный: "},
};

void prose_paragraph(const char *const texts[NARRATIVE_TEXTS], enum narrative_text which,
                     enum lang lang, struct str *out)
{
    if (texts[which] != NULL) {
        str_add(out, labels[which][lang]);
        str_add(out, texts[which]);
    }
}

void prose_print(FILE *out, const char *const texts[NARRATIVE_TEXTS], size_t indent, enum lang lang)
{
    for (int t = 0; t < NARRATIVE_TEXTS; t++) {
        struct str paragraph;
        str_init(&paragraph, PROSE_MAX);
        prose_paragraph(texts, (enum narrative_text)t, lang, &paragraph);
        terminal_wrap(out, str_text(&paragraph), indent, terminal_width(out), "");
        str_finish(&paragraph);
    }
}

static void add_in_one_line(struct str *out, const char *text)
{
    for (size_t len; *text != '\0'; text += len) {
        len = strcspn(text, "\n");
        str_append(out, text, len);
        if (text[len] == '\n') {
            str_add(out, " ");
            len++;
        }
    }
}

static bool ends_itself(const char *text)
{
    static const char dots[] = "…";
    size_t len = strlen(text);
    return len == 0 || strchr(".!?;", text[len - 1]) != NULL ||
           (len >= sizeof dots - 1 && strcmp(text + len - (sizeof dots - 1), dots) == 0);
}

void prose_text(const char *const texts[NARRATIVE_TEXTS], struct str *out)
{
    if (texts[NARRATIVE_TEXT] != NULL)
        add_in_one_line(out, texts[NARRATIVE_TEXT]);
}

void prose_rest(const char *const texts[NARRATIVE_TEXTS], enum lang lang, struct str *out)
{
    const char *gap = "";
    for (size_t t = NARRATIVE_CAUSE; t < NARRATIVE_TEXTS; t++) {
        if (texts[t] == NULL)
            continue;
        str_addf(out, "%s%s", gap, labels[t][lang]);
        add_in_one_line(out, texts[t]);
        str_add(out, ends_itself(texts[t]) ? "" : ".");
        gap = " ";
    }
}
