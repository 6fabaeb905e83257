/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/channel/acl.h: which policy a resource needs when the
 * channel does not say. Internal to channel/.
 */
#ifndef FABRIC_CHANNEL_ACL_H
#define FABRIC_CHANNEL_ACL_H

/* The path of a policy; NULL for an unknown resource. [any] */
const char *acl_default(const char *resource);

#endif
