/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/node_conf.h: changes of a node's configuration file.
 */
#ifndef TOOLS_CTL_NODE_CONF_H
#define TOOLS_CTL_NODE_CONF_H

#include "tools/ctl/host_conf.h"
#include "tools/ctl/node.h"

/* Bytes of it. */
#define NODE_CONF_MAX (256u << 10)

/* Sets keys of one group; the file is replaced as a whole or not at all, and its
 * comments stay. A file of before there was the group has it appended. */
gboolean node_conf_set(const Node *node, const HostConfValue *values,
		       GError **error);

/* As the configuration has addresses: numeric, with a port. Otherwise an error
 * that names --listen and `example`. */
gboolean node_conf_check_listen(const char *listen, const char *example,
				GError **error);

#endif
