import Domain

/// Turns what a model gives as an icon into one emoji: an emoji stays, a known icon name becomes one, the rest sparkles.
enum SuggestionIcon {
    static let unknown = "✨"

    static func emoji(for text: String) -> String {
        let text = text.trimmingWhitespace()
        if let first = text.first, first.unicodeScalars.contains(where: Self.isPictograph) { return String(first) }
        let name = text.lowercased().filter { $0.isLetter }
        return self.names[name] ?? self.unknown
    }

    private static func isPictograph(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value > 0xFF && scalar.properties.isEmoji
    }

    /// Keys without dashes, spaces and case.
    private static let names: [String: String] = [
        "activity": "📈", "alarm": "⏰", "archive": "🗄️", "bank": "🏦", "barchart": "📊", "bell": "🔔", "book": "📖",
        "bookmark": "🔖", "bot": "🤖", "box": "📦", "briefcase": "💼", "brain": "🧠", "bug": "🐞", "building": "🏢",
        "calculator": "🧮", "calendar": "📅", "camera": "📷", "car": "🚗", "chart": "📊", "chat": "💬", "check": "✅",
        "checklist": "✅", "clipboard": "📋", "clock": "🕒", "cloud": "☁️", "code": "💻", "coffee": "☕", "compass": "🧭",
        "creditcard": "💳", "cube": "📦", "dashboard": "📊", "database": "🗄️", "dollar": "💵", "document": "📄",
        "email": "✉️", "file": "📄", "filetext": "📄", "filter": "🔎", "fire": "🔥", "flag": "🚩", "folder": "📁",
        "gear": "⚙️", "gift": "🎁", "globe": "🌍", "graph": "📈", "handshake": "🤝", "heart": "❤️", "home": "🏠",
        "house": "🏠", "idea": "💡", "image": "🖼️", "inbox": "📥", "invoice": "🧾", "key": "🔑", "laptop": "💻",
        "leaf": "🍃", "lightbulb": "💡", "linechart": "📈", "link": "🔗", "list": "📝", "location": "📍", "lock": "🔒",
        "mail": "✉️", "map": "🗺️", "mappin": "📍", "megaphone": "📣", "message": "💬", "messagesquare": "💬",
        "microphone": "🎤", "money": "💰", "music": "🎵", "note": "📝", "package": "📦", "palette": "🎨", "pen": "✏️",
        "pencil": "✏️", "people": "👥", "phone": "📞", "piechart": "📊", "pin": "📌", "plane": "✈️", "puzzle": "🧩",
        "receipt": "🧾", "rocket": "🚀", "robot": "🤖", "save": "💾", "school": "🏫", "search": "🔍", "send": "📨",
        "server": "🖥️", "settings": "⚙️", "shield": "🛡️", "shop": "🛍️", "shoppingcart": "🛒", "cart": "🛒",
        "smile": "😊", "sparkle": "✨", "sparkles": "✨", "star": "⭐", "store": "🏪", "sun": "☀️", "table": "📋",
        "tag": "🏷️", "target": "🎯", "task": "✅", "team": "👥", "ticket": "🎫", "timer": "⏱️", "tool": "🛠️",
        "tools": "🛠️", "trendingup": "📈", "trophy": "🏆", "truck": "🚚", "user": "👤", "users": "👥", "video": "🎬",
        "wallet": "👛", "warehouse": "🏭", "wrench": "🔧", "zap": "⚡", "lightning": "⚡",
    ]
}
