import Configuration
import Domain
import Foundation

/// Reads variables one by one and remembers what was wrong with each, so that all of it can be told at once.
struct ConfigurationReader {
    private let reader: ConfigReader
    private let environment: [String: String]
    private(set) var problems: [ConfigurationProblems.Problem] = []
    private(set) var known: Set<String> = []

    init(environment: [String: String]) {
        self.environment = environment
        self.reader = ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: environment))
    }

    /// The variable's text without white space at its ends; empty counts as unset.
    mutating func text(_ variable: String) -> String? {
        self.known.insert(variable)
        let text = self.reader.string(forKey: Self.key(variable))?.trimmingWhitespace()
        return text?.isEmpty == false ? text : nil
    }

    /// A secret from the variable, or from the file that `VARIABLE_FILE` names; both at once is an error.
    mutating func secret(_ variable: String) -> Secret<String>? {
        let direct = self.text(variable)
        guard let path = self.text(variable + "_FILE") else { return direct.map(Secret.init) }
        guard direct == nil else {
            self.refuse(variable, "is set together with \(variable)_FILE; keep one of them")
            return nil
        }
        do {
            let content = try String(contentsOfFile: path, encoding: .utf8).trimmingWhitespace()
            guard !content.isEmpty else {
                self.refuse(variable + "_FILE", "names an empty file")
                return nil
            }
            return Secret(content)
        } catch {
            self.refuse(variable + "_FILE", "names a file that cannot be read")
            return nil
        }
    }

    /// `1/true/yes/on` and `0/false/no/off`, in any case.
    mutating func flag(_ variable: String) -> Bool? {
        guard let text = self.text(variable) else { return nil }
        switch text.lowercased() {
        case "1", "true", "yes", "on": return true
        case "0", "false", "no", "off": return false
        default:
            self.refuse(variable, "must be one of 1, true, yes, on, 0, false, no, off")
            return nil
        }
    }

    /// An absolute http or https address.
    mutating func address(_ variable: String, isOriginOnly: Bool = false) -> URL? {
        guard let text = self.text(variable) else { return nil }
        guard let url = URL(string: text), let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme),
            url.host?.isEmpty == false
        else {
            self.refuse(variable, "must be an absolute http or https address")
            return nil
        }
        if isOriginOnly, !["", "/"].contains(url.path) || url.query != nil || url.fragment != nil || url.user != nil {
            self.refuse(variable, "must be an origin only: no path, query, fragment or user")
            return nil
        }
        return url
    }

    mutating func port(_ variable: String) -> Int? {
        guard let text = self.text(variable) else { return nil }
        guard let port = Int(text), (1...65_535).contains(port) else {
            self.refuse(variable, "must be a port from 1 to 65535")
            return nil
        }
        return port
    }

    mutating func refuse(_ variable: String, _ message: String) {
        self.problems.append(.init(variable: variable, message: message))
    }

    /// Marks variables that are read elsewhere, so that they are not called unknown.
    mutating func expect(_ variables: String...) {
        self.known.formUnion(variables)
    }

    /// Variables that look like ours and that nothing reads: most likely a slip of the pen.
    var unknown: [String] {
        self.environment.keys.filter { name in
            let base = name.hasSuffix("_FILE") ? String(name.dropLast("_FILE".count)) : name
            return name.hasPrefix("SECOND_") && !self.known.contains(name) && !self.known.contains(base)
        }.sorted()
    }

    private static func key(_ variable: String) -> ConfigKey {
        ConfigKey(variable.lowercased().split(separator: "_").joined(separator: "."))
    }
}
