/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/answer.h: what a contract that is called by name has answered, or
 * given to an event, shown to people: nothing says what it is, so it is looked at.
 */
#ifndef BSN_KIT_ANSWER_H
#define BSN_KIT_ANSWER_H

#include <bsn/base.h>
#include <glib.h>
#include <jansson.h>

/* Whether bytes are UTF-8 without control characters but tab and line ends:
 * nothing that a terminal would take for a command. [any] */
gboolean answer_is_text(bsn_slice bytes);
/* A new reference: null of no bytes; of JSON its value; of a text the text;
 * else "0x" and hex. [any] */
json_t *answer_as_json(bsn_slice bytes);

#endif
