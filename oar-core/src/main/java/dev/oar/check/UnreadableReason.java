package dev.oar.check;

import dev.oar.layout.FoundImage;

/** Why images cannot be read, in words that are the same for all files of one defect. */
final class UnreadableReason {
    private UnreadableReason() {}

    /** The rule of a refusal without its file, its figures and its remedy. */
    static String of(FoundImage image, String refusal) {
        String rule = refusal.replace(image.path().toString(), "it");
        int remedy = rule.lastIndexOf("; ");
        return (remedy < 0 ? rule : rule.substring(0, remedy))
                .replaceAll("\\d+ x \\d+", "W x H")
                .replaceAll("(?<=it has |within its )\\d+", "N")
                .replaceAll("^it ", "");
    }
}
