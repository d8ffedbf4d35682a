/* outlook: a probability in words. */
#ifndef VEKHA_MODEL_OUTLOOK_H
#define VEKHA_MODEL_OUTLOOK_H

#include <stdint.h>

#include "base/lang.h"
#include "model/phrase.h"

/* P rounded to 4 places, times 10000: «вряд ли», «под вопросом», «вероятно», «почти наверняка». */
const char *outlook_word(int32_t probability_e4, enum lang lang);

/* The sentence about the plan that goes with it. */
enum phrase outlook_sentence(int32_t probability_e4);

#endif
