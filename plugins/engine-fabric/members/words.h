/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/members/words.h: a part of a config as JSON, for people
 * who are to sign a change of it. Internal to members/.
 */
#ifndef FABRIC_MEMBERS_WORDS_H
#define FABRIC_MEMBERS_WORDS_H

#include <jansson.h>

#include "plugins/engine-fabric/channel/items.h"
#include "plugins/engine-fabric/suite.h"

/* What an item says: of a group the names of what is in it, of a policy its
 * text, of a value its members, in founding.h's words where those have any;
 * certificates by subject, digest and end. What cannot be read is in hex. Always
 * with "mod_policy", who may change it. [any] */
json_t *item_words(const Suite *suite, const Item *item);

#endif
