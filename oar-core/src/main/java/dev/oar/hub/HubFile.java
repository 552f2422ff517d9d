package dev.oar.hub;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file of the hub that lies in the cache, complete.
 *
 * @param path where it can be read; its name is the name it has in the repository
 * @param commit the commit of the repository that it belongs to, 40 hexadecimal digits
 * @param etag what names the content: the SHA-256 (64 hexadecimal digits) of large files, git's blob SHA-1 (40) of small ones; null
 *     if the hub was not asked and the tool that cached the file did not note it
 * @param size bytes
 */
public record HubFile(Path path, String commit, @Nullable String etag, long size) {}
