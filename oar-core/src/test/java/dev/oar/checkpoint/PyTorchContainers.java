package dev.oar.checkpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Puts pickles and storages into the two containers of PyTorch. */
final class PyTorchContainers {
    private PyTorchContainers() {}

    /** A zip file as PyTorch writes it, but by another zip writer. */
    static byte[] zip(byte[] pickle, Map<String, byte[]> storages) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("any name/data.pkl", pickle);
        entries.put("any name/byteorder", ascii("little"));
        storages.forEach((key, bytes) -> entries.put("any name/data/" + key, bytes));
        entries.put("any name/version", ascii("3\n"));
        return zip(entries, ZipEntry.STORED);
    }

    /** A zip file of these entries. */
    static byte[] zip(Map<String, byte[]> entries, int method) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> each : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(each.getKey());
                entry.setMethod(method);
                entry.setTime(1_000_000_000_000L);
                if (method == ZipEntry.STORED) {
                    CRC32 checksum = new CRC32();
                    checksum.update(each.getValue());
                    entry.setSize(each.getValue().length);
                    entry.setCrc(checksum.getValue());
                }
                zip.putNextEntry(entry);
                zip.write(each.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** The older container; its pickles refer to storages of float32. */
    static byte[] legacy(byte[] pickle, Map<String, byte[]> storages) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(PickleBytes.begin()
                .raw(0x8a, 10)
                .raw("l\u00fc\u009cF\u00f9 j\u00a8P\u0019")
                .end());
        bytes.writeBytes(PickleBytes.begin().raw("M").little(2, 1001).end());
        bytes.writeBytes(PickleBytes.begin()
                .raw("}")
                .text("little_endian")
                .raw(0x88)
                .raw("s")
                .end());
        bytes.writeBytes(pickle);
        PickleBytes keys = PickleBytes.begin().raw("](");
        storages.keySet().forEach(keys::text);
        bytes.writeBytes(keys.raw("e").end());
        storages.values().forEach(elements -> {
            bytes.writeBytes(new PickleBytes().little(8, elements.length / 4).cut());
            bytes.writeBytes(elements);
        });
        return bytes.toByteArray();
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
