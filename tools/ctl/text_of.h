/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/text_of.h: a text of an answer.
 */
#ifndef TOOLS_CTL_TEXT_OF_H
#define TOOLS_CTL_TEXT_OF_H

#include <jansson.h>

/* A member's text; "" when there is none. Borrowed. */
static inline const char *
text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text != NULL ? text : "";
}

#endif
