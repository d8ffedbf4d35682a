/* keys: a secret key is the only credential that a school or the centre has, so its file is written
 * once, for its owner alone, and read only while that is still so. */
#include "wire/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

#include "base/durable.h"
#include "base/lang.h"

enum {
    KEY_TEXT_LEN = KEY_TEXT_MAX - 1,
    KEY_FILE_MAX = KEY_TEXT_LEN + 3, /* a line ending, and one byte that shows a longer file */
};

enum complaint { CANNOT_CREATE, CANNOT_WRITE, CANNOT_READ, OPEN_TO_OTHERS, NO_KEY };

/* Each takes the path and strerror(). */
static const char *const complaints[][LANG_COUNT] = {
    [CANNOT_CREATE] = {"Cannot create the key file %s: %s. An existing key is never overwritten: "
                       "move it away first if it is to be replaced.",
                       "Не удалось создать файл ключа %s: %s. Существующий ключ не "
                       "перезаписывается: чтобы его сменить, сначала уберите файл."},
    [CANNOT_WRITE] = {"Cannot write the key file %s: %s.",
                      "Не удалось записать файл ключа %s: %s."},
    [CANNOT_READ] = {"Cannot read the key file %s: %s.", "Не удалось прочитать файл ключа %s: %s."},
    [OPEN_TO_OTHERS] =
        {"The key file %s is open to other users (%s): run chmod 600 on it; if others "
         "may have read it, make a new key.",
         "Файл ключа %s открыт другим пользователям (%s): выполните для него chmod 600; "
         "если его могли прочитать посторонние, создайте новый ключ."},
    [NO_KEY] = {"%s is no key file (%s): it must hold one line, a secret key of 40 characters.",
                "%s — не файл ключа (%s): в нём должна быть одна строка, секретный ключ из "
                "40 знаков."},
};

/* Returns false and leaves errno at `number`. */
static bool fail(enum complaint complaint, const char *path, int number, char *error,
                 size_t error_size)
{
    if (error_size > 0) {
        const char *format = complaints[complaint][lang_of_environment()];
        snprintf(error, error_size, format, path, strerror(number));
    }
    errno = number;
    return false;
}

bool keys_make(struct key_pair *ret)
{
    struct key_pair k;
    if (zmq_curve_keypair(k.public_key, k.secret_key) != 0)
        return false;
    *ret = k;
    keys_wipe(&k);
    return true;
}

void keys_wipe(struct key_pair *k)
{
    sodium_memzero(k, sizeof *k);
}

bool keys_decode(const char *z85, uint8_t ret[KEY_BYTES])
{
    return z85 != NULL && strnlen(z85, KEY_TEXT_MAX) == KEY_TEXT_LEN &&
           zmq_z85_decode(ret, z85) != NULL;
}

void keys_encode(const uint8_t key[KEY_BYTES], char ret[KEY_TEXT_MAX])
{
    zmq_z85_encode(ret, key, KEY_BYTES);
}

bool keys_public_valid(const char *z85)
{
    uint8_t key[KEY_BYTES];
    return keys_decode(z85, key);
}

bool keys_public_of(const char *secret_z85, char ret[KEY_TEXT_MAX])
{
    /* Both kinds of key are 40 characters of Z85. */
    return keys_public_valid(secret_z85) && zmq_curve_public(ret, secret_z85) == 0;
}

bool keys_write(const char *path, const struct key_pair *k, char *error, size_t error_size)
{
    char line[KEY_TEXT_MAX + 1];
    snprintf(line, sizeof line, "%.*s\n", KEY_TEXT_LEN, k->secret_key);
    bool done = durable_create(path, S_IRUSR | S_IWUSR, line, strlen(line));
    sodium_memzero(line, sizeof line);
    return done ||
           fail(errno == EEXIST ? CANNOT_CREATE : CANNOT_WRITE, path, errno, error, error_size);
}

/* Reads to the end of the file or of buf; -1 with errno. */
static ssize_t read_all(int fd, char *buf, size_t size)
{
    size_t len = 0;
    while (len < size) {
        ssize_t n = read(fd, buf + len, size - len);
        if (n == 0)
            break;
        if (n < 0 && errno != EINTR)
            return -1;
        len += n > 0 ? (size_t)n : 0;
    }
    return (ssize_t)len;
}

/* The group may read: that is how packages (root:service, 0640) and systemd's LoadCredential= (an
 * ACL, which shows as group rights) hand a key to a service. */
bool keys_are_private(const struct stat *st)
{
    return (st->st_mode & (S_IRWXO | S_IWGRP)) == 0;
}

/* One line of KEY_TEXT_LEN characters, with or without its line ending. */
static bool parse_key(const char *text, size_t len, struct key_pair *ret)
{
    while (len > KEY_TEXT_LEN && (text[len - 1] == '\n' || text[len - 1] == '\r'))
        len--;
    if (len != KEY_TEXT_LEN)
        return false;
    struct key_pair k;
    memcpy(k.secret_key, text, KEY_TEXT_LEN);
    k.secret_key[KEY_TEXT_LEN] = '\0';
    bool done = keys_public_of(k.secret_key, k.public_key);
    if (done)
        *ret = k;
    keys_wipe(&k);
    return done;
}

bool keys_read(const char *path, struct key_pair *ret, char *error, size_t error_size)
{
    char text[KEY_FILE_MAX];
    struct stat st;
    bool done = false;
    /* O_NONBLOCK: opening a FIFO must not hang. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0 || fstat(fd, &st) != 0) {
        fail(CANNOT_READ, path, errno, error, error_size);
        goto end;
    }
    if (!S_ISREG(st.st_mode)) {
        fail(NO_KEY, path, EINVAL, error, error_size);
        goto end;
    }
    if (!keys_are_private(&st)) {
        fail(OPEN_TO_OTHERS, path, EACCES, error, error_size);
        goto end;
    }
    ssize_t len = read_all(fd, text, sizeof text);
    if (len < 0) {
        fail(CANNOT_READ, path, errno, error, error_size);
        goto end;
    }
    done = parse_key(text, (size_t)len, ret) || fail(NO_KEY, path, EINVAL, error, error_size);
end:
    sodium_memzero(text, sizeof text);
    if (fd >= 0) {
        int saved = errno;
        close(fd);
        errno = saved;
    }
    return done;
}
