/* outlook: see outlook.h. */
#include "model/outlook.h"

static const struct {
    const char *word[LANG_COUNT];
    int32_t below_e4;
    enum phrase sentence;
} outlooks[] = {
    {{"unlikely", "вряд ли"}, 2000, PHRASE_OUTLOOK_LOW},
    {{"doubtful", "под вопросом"}, 4500, PHRASE_OUTLOOK_OPEN},
    {{"likely", "вероятно"}, 8500, PHRASE_OUTLOOK_LIKELY},
    {{"almost certain", "почти наверняка"}, INT32_MAX, PHRASE_OUTLOOK_SURE},
};

static size_t outlook_of(int32_t probability_e4)
{
    size_t i = 0;

    while (probability_e4 >= outlooks[i].below_e4)
        i++;
    return i;
}

const char *outlook_word(int32_t probability_e4, enum lang lang)
{
    return outlooks[outlook_of(probability_e4)].word[lang];
}

enum phrase outlook_sentence(int32_t probability_e4)
{
    return outlooks[outlook_of(probability_e4)].sentence;
}
