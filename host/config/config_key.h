/* SPDX-License-Identifier: Apache-2.0
 *
 * host/config/config_key.h: the one table of everything that can be
 * configured.
 */
#ifndef HOST_CONFIG_CONFIG_KEY_H
#define HOST_CONFIG_CONFIG_KEY_H

#include "host/config/config.h"

/* What a value is, and the type of its member of Config. */
typedef enum {
	KEY_NAME,     /* char *: letters, digits, '.', '_', '-' */
	KEY_WORD,     /* char *: one of `words` */
	KEY_ADDRESS,  /* char *: numeric IP address and port */
	KEY_LOOPBACK, /* char *: the same, of this machine only */
	KEY_ADDRESSES, /* char **: such addresses */
	KEY_PATH,     /* char * */
	KEY_PATHS,    /* char ** */
	KEY_WORDS,    /* char **: names of frameworks */
	KEY_CHAINS,   /* char **: names of chains; "*" for all */
	KEY_PORTS,    /* char **: names, each with an address and port */
	KEY_PEERS,    /* char **: host/config/peer_rule.h */
	KEY_ORIGINS,  /* char **: "*", "https://page.example:8080" */
	KEY_COMMAND,  /* char **: words of a command line, as in a shell */
	KEY_DIGESTS,  /* char **: "sm3:" and 64 hex digits */
	KEY_COUNT,    /* guint */
	KEY_SIZE_32,  /* guint: bytes; K, M and G allowed */
	KEY_SIZE,     /* guint64: bytes; K, M and G allowed */
} ConfigKeyKind;

typedef struct {
	const char *group, *name;
	ConfigKeyKind kind;
	gsize offset;         /* of its member in Config */
	const char *standard; /* its default, as in a file */
	guint64 min, max;     /* of numbers and sizes */
	const char *words;    /* of KEY_WORD, separated by spaces */
	gboolean required;    /* `standard` is only the sample's example */
	gboolean local;       /* `standard` depends on how this was built: the
			       * sample shows it in a comment */
	const char *comment;  /* lines */
} ConfigKey;

/* In order of the file; `group` of the last is NULL. */
extern const ConfigKey config_keys[];

/* NULL when there is none of that group and name. */
const ConfigKey *config_key_find(const char *group, const char *name);
gboolean config_group_exists(const char *group);
/* The end of an error's sentence: what the unknown name may have meant, or what
 * there is. */
char *config_key_suggest(const char *group, const char *name);
char *config_group_suggest(const char *group);

#endif
