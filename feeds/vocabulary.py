"""The words of feeds as feedparser 6 knows them: what the fast way may pass over, and what it may not.

Names are "prefix_local" in lower case, with the prefix that feedparser gives to a namespace, or none.
A test holds these lists to the feedparser that is installed.
"""

from __future__ import annotations

NAMESPACES = {
    uri.lower(): prefix
    for prefix, uris in {
        "": """http://backend.userland.com/rss http://blogs.law.harvard.edu/tech/rss
            http://purl.org/rss/1.0/ http://my.netscape.com/rdf/simple/0.9/ http://example.com/newformat#
            http://example.com/necho http://purl.org/echo/ uri/of/echo/namespace# http://purl.org/pie/
            http://purl.org/atom/ns# http://www.w3.org/2005/Atom http://purl.org/rss/1.0/modules/rss091#""",
        "admin": "http://webns.net/mvcb/",
        "ag": "http://purl.org/rss/1.0/modules/aggregation/",
        "annotate": "http://purl.org/rss/1.0/modules/annotate/",
        "audio": "http://media.tangent.org/rss/1.0/",
        "blogChannel": "http://backend.userland.com/blogChannelModule",
        "cc": """http://creativecommons.org/ns#license
            http://web.resource.org/cc/""",
        "creativeCommons": """http://cyber.law.harvard.edu/rss/creativeCommonsRssModule.html
            http://backend.userland.com/creativeCommonsRssModule""",
        "co": "http://purl.org/rss/1.0/modules/company",
        "content": "http://purl.org/rss/1.0/modules/content/",
        "cp": "http://my.theinfo.org/changed/1.0/rss/",
        "dc": "http://purl.org/dc/elements/1.1/",
        "dcterms": "http://purl.org/dc/terms/",
        "email": "http://purl.org/rss/1.0/modules/email/",
        "ev": "http://purl.org/rss/1.0/modules/event/",
        "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
        "fm": "http://freshmeat.net/rss/fm/",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
        "georss": "http://www.georss.org/georss",
        "gml": "http://www.opengis.net/gml",
        "icbm": "http://postneo.com/icbm/",
        "image": "http://purl.org/rss/1.0/modules/image/",
        "itunes": """http://www.itunes.com/DTDs/PodCast-1.0.dtd
            http://example.com/DTDs/PodCast-1.0.dtd""",
        "l": "http://purl.org/rss/1.0/modules/link/",
        "media": """http://search.yahoo.com/mrss
            http://search.yahoo.com/mrss/""",
        "pingback": "http://madskills.com/public/xml/rss/module/pingback/",
        "prism": "http://prismstandard.org/namespaces/1.2/basic/",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "ref": "http://purl.org/rss/1.0/modules/reference/",
        "reqv": "http://purl.org/rss/1.0/modules/richequiv/",
        "search": "http://purl.org/rss/1.0/modules/search/",
        "slash": "http://purl.org/rss/1.0/modules/slash/",
        "soap": "http://schemas.xmlsoap.org/soap/envelope/",
        "ss": "http://purl.org/rss/1.0/modules/servicestatus/",
        "str": "http://hacks.benhammersley.com/rss/streaming/",
        "sub": "http://purl.org/rss/1.0/modules/subscription/",
        "sy": "http://purl.org/rss/1.0/modules/syndication/",
        "szf": "http://schemas.pocketsoap.com/rss/myDescModule/",
        "taxo": "http://purl.org/rss/1.0/modules/taxonomy/",
        "thr": "http://purl.org/rss/1.0/modules/threading/",
        "ti": "http://purl.org/rss/1.0/modules/textinput/",
        "trackback": "http://madskills.com/public/xml/rss/module/trackback/",
        "wfw": "http://wellformedweb.org/commentAPI/",
        "wiki": "http://purl.org/rss/1.0/modules/wiki/",
        "xhtml": "http://www.w3.org/1999/xhtml",
        "xlink": "http://www.w3.org/1999/xlink",
        "xml": "http://www.w3.org/XML/1998/namespace",
        "psc": "http://podlove.org/simple-chapters",
    }.items()
    for uri in uris.split()
}
"""A namespace's usual prefix by its address in lower case; "" for the formats themselves."""

PREFIXES = frozenset(prefix.lower() for prefix in NAMESPACES.values() if prefix)

_HANDLED = """
    abstract author body category cc_license channel cloud content content_encoded contributor
    copyright created creativecommons_license dc_author dc_contributor dc_creator dc_date
    dc_description dc_language dc_publisher dc_rights dc_subject dc_title dcterms_created
    dcterms_issued dcterms_modified dcterms_valid description email enclosure entry expirationdate
    feed feedburner_browserfriendly fullitem generator geom georss_box georss_line georss_point
    georss_polygon georss_where georssgeom gml_exterior gml_linearring gml_linestring gml_point
    gml_polygon gml_pos gml_poslist guid height homepage id image info issued item itunes_author
    itunes_block itunes_category itunes_email itunes_explicit itunes_image itunes_keywords
    itunes_link itunes_name itunes_owner itunes_subtitle itunes_summary keywords language
    lastbuilddate link managingeditor media_category media_content media_credit media_description
    media_group media_keywords media_license media_player media_rating media_restriction
    media_thumbnail media_title modified name newlocation psc_chapter psc_chapters pubdate published
    rights rss source subtitle summary tagline tags textinput title updated uri url webmaster where
    width xhtml_body
"""
HANDLED = frozenset(_HANDLED.split())
"""What feedparser has a handler for, besides what the fast way reads itself."""

_SILENT = """
    category cloud contributor dc_contributor dc_publisher dc_subject dcterms_valid enclosure expirationdate
    generator itunes_block itunes_category itunes_explicit itunes_image itunes_keywords itunes_link
    itunes_owner keywords media_category media_content media_credit media_group media_keywords
    media_license media_player
    media_rating media_restriction media_thumbnail webmaster
"""
SILENT = frozenset(_SILENT.split())
"""Handled by feedparser, and without effect on what we take."""

_SILENT_TEXT = "copyright dc_rights feedburner_browserfriendly info itunes_subtitle rights subtitle tagline"
SILENT_TEXT = frozenset(_SILENT_TEXT.split())
"""The same, while they hold nothing but text."""

ALIKE = {
    "dc_title": "title",
    "guid": "id",
    "pubdate": "published",
    "issued": "published",
    "dcterms_issued": "published",
    "modified": "updated",
    "lastbuilddate": "updated",
    "dc_date": "updated",
    "dcterms_modified": "updated",
    "dcterms_created": "created",
    "dc_creator": "author",
    "dc_author": "author",
    "itunes_author": "author",
    "managingeditor": "author",
    "dc_description": "description",
    "itunes_summary": "summary",
    "dc_language": "language",
}
"""Names whose elements feedparser treats as another's."""

_KEPT = """
    title title_detail link id guid content summary summary_detail description description_detail author
    source published published_parsed issued issued_parsed created created_parsed updated updated_parsed
    modified modified_parsed date date_parsed language feedburner_origlink links authors author_detail
    guidislink
"""
KEPT = frozenset(_KEPT.split())
"""What an unknown element of this name would overwrite, being kept under its name."""
