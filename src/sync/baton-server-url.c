/* baton-server-url.c: the server's address as a person types it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-sync"

#include "baton-server-url.h"

#include "baton-config.h"
#include "baton-remote.h"

#include <glib/gi18n-lib.h>

#define API_PATH "/api/v1"

static char *
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_ADDRESS, message);
  return NULL;
}

/* RFC 6761, 6.3, and the addresses of RFC 1122 and RFC 4291 */
static gboolean
is_this_computer (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (address != NULL)
    return g_inet_address_get_is_loopback (address);
  return g_ascii_strcasecmp (host, "localhost") == 0 || g_str_has_suffix (host, ".localhost");
}

/* `user@host` is an e-mail address that came into the wrong field, more often than not */
static gboolean
check_parts (GUri *uri, const char *typed, GError **error)
{
  if (g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0')
    refuse (error, _ ("The address names no server. It looks like “baton.example.org”."));
  else if (g_uri_get_userinfo (uri) != NULL)
    refuse (
        error,
        _ ("The address has an “@” in it. Enter the server alone, such as “baton.example.org”."));
  else if (g_uri_get_query (uri) != NULL || g_uri_get_fragment (uri) != NULL)
    refuse (
        error,
        _ ("The address has a “?” or “#” in it. Enter the server alone, such as “baton.example.org”."));
  else
    return TRUE;
  return FALSE;
}

static gboolean
check_host (const char *host, GError **error)
{
  for (const char *p = host; *p != '\0'; p++)
    {
      if (g_ascii_isalnum (*p) || strchr ("-._:", *p) != NULL)
        continue;
      g_set_error (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_ADDRESS,
                   _ ("“%s” is not the name of a server. It looks like “baton.example.org”."),
                   host);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_scheme (GUri *uri, const char *host, GError **error)
{
  const char *scheme = g_uri_get_scheme (uri);

  if (g_str_equal (scheme, "https"))
    return TRUE;
  if (!g_str_equal (scheme, "http"))
    g_set_error (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_ADDRESS,
                 _ ("Baton cannot use “%s://”. The address begins with “https://”."), scheme);
  else if (!is_this_computer (host))
    g_set_error (
        error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_ADDRESS,
        _ ("Over “http://” everybody on the way could read your password and tasks. Use “https://%s”."),
        host);
  else
    return TRUE;
  return FALSE;
}

static GUri *
parse (const char *typed, GError **error)
{
  GUriFlags flags = G_URI_FLAGS_SCHEME_NORMALIZE | G_URI_FLAGS_PARSE_RELAXED |
                    G_URI_FLAGS_ENCODED_PATH;
  g_autofree char *text = g_strstrip (g_strdup (typed));
  g_autoptr (GError) local = NULL;
  GUri *uri;

  if (*text == '\0')
    {
      refuse (error, _ ("Enter the server’s address, such as “baton.example.org”."));
      return NULL;
    }
  if (strstr (text, "://") == NULL)
    {
      g_autofree char *with_scheme = g_strconcat ("https://", text, NULL);

      g_set_str (&text, with_scheme);
    }
  uri = g_uri_parse (text, flags, &local);
  if (uri == NULL)
    g_set_error (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_ADDRESS,
                 _ ("“%s” is not a server’s address: %s"), typed, local->message);
  return uri;
}

static char *
dup_path (GUri *uri)
{
  g_autofree char *path = g_strdup (g_uri_get_path (uri));
  gsize length = strlen (path);

  while (length > 0 && path[length - 1] == '/')
    path[--length] = '\0';
  if (g_str_has_suffix (path, API_PATH))
    path[length - strlen (API_PATH)] = '\0';
  return g_steal_pointer (&path);
}

/* -1 for the one that goes without saying */
static int
get_port (GUri *uri, const char *scheme)
{
  int port = g_uri_get_port (uri);

  return port == (g_str_equal (scheme, "https") ? 443 : 80) ? -1 : port;
}

char *
baton_server_url_normalize (const char *typed, GError **error)
{
  g_autoptr (GUri) uri = NULL;
  g_autofree char *host = NULL;
  g_autofree char *path = NULL;
  const char *scheme;

  g_return_val_if_fail (typed != NULL, NULL);

  uri = parse (typed, error);
  if (uri == NULL || !check_parts (uri, typed, error))
    return NULL;
  host = g_hostname_to_ascii (g_uri_get_host (uri));
  if (host == NULL)
    return refuse (error, _ ("The address names no server. It looks like “baton.example.org”."));
  if (!check_host (host, error) || !check_scheme (uri, host, error))
    return NULL;
  scheme = strstr (typed, "://") == NULL && is_this_computer (host) ? "http"
                                                                    : g_uri_get_scheme (uri);
  path = dup_path (uri);
  return g_uri_join (G_URI_FLAGS_ENCODED_PATH, scheme, NULL, host, get_port (uri, scheme), path,
                     NULL, NULL);
}
