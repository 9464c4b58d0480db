package dev.formulary.engine.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Reads text files of a bounded size.
final class TextFile {
    private TextFile() {}

    /// @param name how the file is called in complaints
    /// @param most bytes
    /// @throws ConfigurationException when it is too large, no text, or can't be read
    static String read(Path file, String name, int most) throws ConfigurationException {
        var complaints = new Complaints(name);
        String text = "";
        try {
            if (Files.size(file) > most) {
                complaints.add(Place.START, "", "is larger than " + Quantities.show(most));
            } else {
                text = Files.readString(file);
            }
        } catch (CharacterCodingException e) {
            complaints.add(Place.START, "", "is not UTF-8 text; save it as UTF-8");
        } catch (NoSuchFileException e) {
            complaints.add(Place.START, "", "is not there: " + file);
        } catch (IOException e) {
            complaints.add(Place.START, "", "cannot be read: " + e.getMessage());
        }
        complaints.throwIfAny();
        return text;
    }
}
